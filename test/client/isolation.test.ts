import { afterAll, describe, expect, it } from 'vitest';
import { auth, batch, closeConnections, configure, runs, TriggerClient, tasks } from '../../src/client/index.js';
import type { RecordedRequest } from '../fake-api/index.js';
import { withoutVariables } from './environment.js';
import { fakeApi } from './fake.js';

withoutVariables();
afterAll(closeConnections);

interface Client {
  readonly key: string;
  readonly branch: string | undefined;
  readonly mark: string;
  call(mark: string, turn: number): Promise<unknown>;
}

/** What a request says of whose it is: the mark that its caller put into the body, a filter or a path. */
const markOf = ({ body, path }: RecordedRequest) => /mark-(\w+)-\d+/.exec(`${decodeURIComponent(path)} ${body}`)?.[1];

describe('1,000 calls at once', () => {
  it('keep key, branch and content of each client together, also when they are sent again', async () => {
    const api = await fakeApi({ runs: 60 });
    const { keys, ref } = api.project;
    const to = { baseURL: api.url };
    const prod = new TriggerClient({ ...to, secretKey: keys['root:prod'] });
    const preview = new TriggerClient({ ...to, secretKey: keys['root:preview'], previewBranch: 'feature/one' });
    const token = new TriggerClient({ ...to, personalAccessToken: keys['pat:alice'], projectRef: ref });
    configure({ ...to, accessToken: keys['root:dev'] });
    const scoped = (mark: string, turn: number) =>
      auth.withAuth<unknown>({ accessToken: keys['root:stg'] }, async () =>
        turn % 3 === 0 ? batch.trigger([{ id: mark }, { id: mark }]) : runs.list({ tag: mark, limit: 1 }),
      );
    const clients: readonly Client[] = [
      {
        key: 'root:prod',
        branch: undefined,
        mark: 'prod',
        call: (mark, turn) =>
          turn % 2 === 0 ? prod.tasks.trigger('a', { mark }) : prod.runs.list({ tag: mark, limit: 1 }),
      },
      {
        key: 'root:preview',
        branch: 'feature/one',
        mark: 'preview',
        call: (mark, turn) =>
          turn % 2 === 0 ? preview.tasks.batchTrigger(mark, [{ payload: mark }]) : preview.tasks.trigger(mark, turn),
      },
      {
        key: 'pat:alice',
        branch: undefined,
        mark: 'token',
        call: (mark) => token.runs.list({ tag: mark, limit: 1, environment: 'staging' }),
      },
      { key: 'root:stg', branch: undefined, mark: 'scoped', call: scoped },
      { key: 'root:dev', branch: undefined, mark: 'outside', call: (mark) => tasks.trigger(mark) },
    ];
    // Now and then a request has to be sent again, at a time when others are on their way.
    for (let count = 0; count < 20; count += 1) {
      api.fail({ match: ({ body }) => body.includes(`-${count * 7}`), status: 503 });
    }
    await Promise.all(
      Array.from({ length: 1000 }, (_, turn) => {
        const client = clients[turn % clients.length] as Client;
        return client.call(`mark-${client.mark}-${turn}`, Math.floor(turn / clients.length));
      }),
    );
    expect(api.requests.length).toBeGreaterThan(1000);
    const marked = api.requests.filter((request) => markOf(request) !== undefined);
    expect(marked.length).toBeGreaterThan(1000);
    for (const request of marked) {
      const { key, branch } = clients.find(({ mark }) => mark === markOf(request)) ?? {};
      const { authorization, 'x-trigger-branch': sent } = request.headers;
      expect({ key: authorization, branch: sent }, request.path).toEqual({ key, branch });
    }
    // What carries no mark of its own belongs to a batch, whose id its client alone got.
    const batches = new Map(
      marked.filter(({ path }) => path.endsWith('/items')).map(({ headers, path }) => [path, headers['authorization']]),
    );
    expect(new Set(batches.values())).toEqual(new Set(['root:preview', 'root:stg']));
    expect(api.requests.filter((request) => !marked.includes(request))).toEqual([]);
    // The fake API shares the processor with the calls.
  }, 120_000);

  it('make each run once, in its own environment', async () => {
    const api = await fakeApi({ runs: 0 });
    const { keys } = api.project;
    const envs = ['prod', 'stg', 'dev'] as const;
    const clients = envs.map((env) => new TriggerClient({ secretKey: keys[`root:${env}`], baseURL: api.url }));
    for (let count = 0; count < 15; count += 1) {
      api.fail({ match: ({ body }) => body.includes(`"n":${count * 11}}`), drop: 'after' });
    }
    const handles = await Promise.all(
      Array.from({ length: 300 }, (_, n) => clients[n % 3]?.tasks.trigger(`task-${envs[n % 3]}`, { n })),
    );
    expect(api.requests.length).toBeGreaterThan(300);
    for (const [index, env] of envs.entries()) {
      const found = api.project.runsOf(env);
      expect(found.map(({ id }) => id).toSorted()).toEqual(
        handles
          .filter((_, n) => n % 3 === index)
          .map((handle) => handle?.id)
          .toSorted(),
      );
      expect(new Set(found.map(({ taskIdentifier }) => taskIdentifier))).toEqual(new Set([`task-${env}`]));
    }
  });
});
