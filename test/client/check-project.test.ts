import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../src/client/api/index.js';
import { closeConnections, configure, runs as globalRuns, TriggerClient, tasks } from '../../src/client/index.js';
import type { KeyName } from '../fake-api/index.js';
import { failureOf } from './connections.js';
import { withoutVariables } from './environment.js';
import { clientOf, connectTo, fakeApi, seen } from './fake.js';

withoutVariables();
beforeEach(() => configure({}));
afterAll(closeConnections);

const whoami = (key: KeyName) => `${key} GET /api/v1/whoami`;
const pathsOf = (lines: readonly string[]) => lines.map((line) => line.split('/').at(-1));

const calls: readonly (readonly [string, (api: Api) => Promise<unknown>])[] = [
  ['runs.list', ({ runs }) => runs.list()],
  ['runs.retrieve', ({ runs }) => runs.retrieve('run_cm1abcdefghijklmnopqrstuv')],
  ['schedules.list', ({ schedules }) => schedules.list()],
  ['sessions.list', ({ sessions }) => sessions.list()],
  ['tasks.trigger', (api) => api.tasks.trigger('hello-task')],
  ['batch.trigger', ({ batch }) => batch.trigger([{ id: 'hello-task' }])],
];

describe('a project ref with a secret key', () => {
  it.each(calls)('of another project is refused by %s before anything else is sent', async (_, call) => {
    const api = await fakeApi();
    const client = clientOf(connectTo(api, 'root:other:prod', { projectRef: api.project.ref }));
    const error = await failureOf(call(client), 'project_not_found');
    expect(error.message).toContain(`the project ${api.project.ref} but to ${api.project.otherRef}`);
    await failureOf(call(client), 'project_not_found');
    expect(seen(api)).toEqual([whoami('root:other:prod')]);
  });

  it('of its own project costs one request for a connection', async () => {
    const api = await fakeApi();
    const { runs, schedules } = clientOf(connectTo(api, 'root:prod', { projectRef: api.project.ref }));
    await Promise.all([runs.list(), runs.list(), schedules.list()]);
    await runs.list();
    expect(pathsOf(seen(api)).sort()).toEqual(['runs', 'runs', 'runs', 'schedules', 'whoami']);
  });

  it('costs nothing where none was given', async () => {
    const api = await fakeApi();
    const { runs, tasks: ownTasks } = clientOf(connectTo(api, 'root:prod'));
    const { id } = await ownTasks.trigger('hello-task');
    await runs.retrieve(id);
    await runs.list();
    expect(pathsOf(seen(api))).toEqual(['trigger', id, 'runs']);
  });

  it('may be that of the call', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod'));
    await runs.list(api.project.ref);
    await failureOf(runs.list(api.project.otherRef), 'project_not_found');
    expect(pathsOf(seen(api))).toEqual(['whoami', 'runs']);
  });

  it('is left to the server where the path holds it', async () => {
    const api = await fakeApi();
    const { envvars } = clientOf(connectTo(api, 'root:other:prod', { projectRef: api.project.ref }));
    await failureOf(envvars.list(), 'project_ref_invalid');
    expect(pathsOf(seen(api))).toEqual(['prod']);
  });

  it('is compared after what is wrong with the input is said', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'root:prod', { projectRef: api.project.otherRef }));
    await failureOf(runs.list({ limit: 0 }), 'input_invalid');
    expect(api.requests).toEqual([]);
  });

  it('is taken as it is with a restricted key, which may not ask', async () => {
    const api = await fakeApi();
    const { runs } = clientOf(connectTo(api, 'additional:readRuns', { projectRef: api.project.otherRef }));
    await runs.list();
    await runs.list();
    expect(pathsOf(seen(api))).toEqual(['whoami', 'runs', 'runs']);
  });

  it.each<[string, KeyName, { status: number; body: unknown }]>([
    ['does not know the route', 'root:prod', { status: 404, body: '<!DOCTYPE html>' }],
    ['says nothing of a project', 'root:prod', { status: 200, body: { id: 'x' } }],
    ['refuses the key', 'root:prod', { status: 401, body: { error: 'Invalid or Missing API key' } }],
  ])('is taken as it is where the server %s', async (_, key, fault) => {
    const api = await fakeApi();
    api.fail({ ...fault, match: ({ path }) => path.endsWith('whoami') });
    const { runs } = clientOf(connectTo(api, key, { projectRef: api.project.otherRef }));
    await runs.list();
    expect(pathsOf(seen(api))).toEqual(['whoami', 'runs']);
  });

  it('is compared for a branch too', async () => {
    const api = await fakeApi();
    const fields = { projectRef: api.project.otherRef, previewBranch: 'feature/one' };
    const { runs } = clientOf(connectTo(api, 'root:preview', fields));
    await failureOf(runs.list(), 'project_not_found');
    expect(api.requests.map(({ headers }) => headers['x-trigger-branch'])).toEqual(['feature/one']);
  });

  it('fails with the server, and is compared by the next call', async () => {
    const api = await fakeApi();
    const once = { retry: { maxAttempts: 1 } };
    api.fail({ status: 500, body: { error: 'Internal Server Error' } });
    const { runs } = clientOf(connectTo(api, 'root:prod', { projectRef: api.project.ref }));
    await failureOf(runs.list({}, once), 'server_error');
    await runs.list({}, once);
    expect(pathsOf(seen(api))).toEqual(['whoami', 'whoami', 'runs']);
  });

  it('may come from the options of a client', async () => {
    const api = await fakeApi();
    const { keys, otherRef } = api.project;
    const client = new TriggerClient({ secretKey: keys['root:prod'], baseURL: api.url, projectRef: otherRef });
    await failureOf(client.runs.list(), 'project_not_found');
    expect(seen(api)).toEqual([whoami('root:prod')]);
  });

  it('may come from the environment, as the key may, and costs one request until a variable changes', async () => {
    const api = await fakeApi();
    vi.stubEnv('TRIGGER_API_URL', api.url);
    vi.stubEnv('TRIGGER_SECRET_KEY', api.project.keys['root:prod']);
    vi.stubEnv('TRIGGER_PROJECT_REF', api.project.ref);
    await globalRuns.list();
    await tasks.trigger('hello-task');
    expect(pathsOf(seen(api))).toEqual(['whoami', 'runs', 'trigger']);
    vi.stubEnv('TRIGGER_PROJECT_REF', api.project.otherRef);
    await failureOf(globalRuns.list(), 'project_not_found');
    expect(pathsOf(seen(api))).toEqual(['whoami', 'runs', 'trigger', 'whoami']);
  });
});
