import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EndpointName, endpoints, supports } from '../../src/api/index.js';
import { type Connection, parseConnection } from '../../src/connection/index.js';
import { endpointOfAction } from '../../src/generate/action-table.js';
import { readFunctions } from '../../src/generate/functions.js';
import { Host, listFunctions, openStore } from '../../src/host/index.js';
import { type FakeApi, type KeyName, startFakeApi } from '../fake-api/index.js';
import { actionCases, badInputs, prepare, sentAs } from '../nango/action-cases.js';

const names = (await listFunctions()).flatMap(({ kind, name }) => (kind === 'actions' ? [name] : []));
const endpointsOf = new Map(
  (await readFunctions()).flatMap((source) =>
    source.kind === 'actions' ? [[source.name, endpointOfAction(source)]] : [],
  ),
) as Map<string, EndpointName>;

let api: FakeApi;
let host: Host;

beforeEach(async () => {
  api = await startFakeApi({ runs: 60 });
  prepare(api.project);
  host = new Host({ store: await openStore(':memory:') });
});

afterEach(async () => {
  await host.close();
  await api.close();
});

function connection(key: KeyName, config: Record<string, string> = { projectRef: api.project.ref }): Connection {
  const values = { apiKey: api.project.keys[key], baseUrl: api.url, ...config };
  const parsed = parseConnection(values, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  return parsed.connection;
}

const runAs = (key: KeyName, action: string, input: unknown, config?: Record<string, string>) =>
  host.runAction(host.connect(connection(key, config)).id, action, input);

const sent = () => api.requests.map(({ body, method, path }) => sentAs(method, path, body));

describe('every action, compiled, in the local host', () => {
  it('is in the table of good and in that of bad inputs', () => {
    expect([...new Set(actionCases.map(({ action }) => action))].sort()).toEqual(names);
    expect([...new Set(badInputs.map(({ action }) => action))].sort()).toEqual(names);
  });

  it.each(actionCases)('$action sends $sends', async ({ action, input, key = 'root:prod', output, sends }) => {
    const given = await runAs(key, action, input);
    expect(sent()).toEqual(sends);
    expect(given).toMatchObject(output as object);
    // What Nango hands on is JSON.
    expect(JSON.parse(JSON.stringify(given))).toEqual(given);
  });

  it.each(badInputs)('$action refuses $input as $code, and sends nothing', async (bad) => {
    const { action, code, input, key = 'root:prod', path } = bad;
    await expect(runAs(key, action, input)).rejects.toMatchObject({
      name: 'ConnectorError',
      code,
      ...(path !== undefined && { path }),
    });
    expect(sent()).toEqual([]);
  });

  it.each(['list-env-vars', 'get-env-var', 'create-env-var', 'upload-env-vars', 'update-env-var', 'delete-env-var'])(
    '%s refuses a bad input before it asks for the project of a key',
    async (action) => {
      const bad = badInputs.filter((row) => row.action === action);
      for (const { code, input } of bad) {
        await expect(runAs('root:prod', action, input, {})).rejects.toMatchObject({ code });
      }
      expect(sent()).toEqual([]);
    },
  );

  it.each(actionCases.filter(({ key }) => key === undefined))(
    '$action of a personal access token: refused where the table says so, and nothing is sent',
    async ({ action, input }) => {
      const endpoint = endpointsOf.get(action) as EndpointName;
      const attempt = runAs('pat:alice', action, input, { projectRef: api.project.ref, environment: 'prod' });
      if (supports(endpoint, 'pat')) {
        await expect(attempt).resolves.toBeDefined();
      } else {
        const code = endpoint === 'tokens.create' ? 'cannot_mint' : 'endpoint_not_allowed';
        await expect(attempt).rejects.toMatchObject({ code });
        expect(sent()).toEqual([]);
      }
    },
  );

  it.each(actionCases.filter(({ action }) => /^list-(?:projects|environments)$/.test(action)))(
    '$action of a secret key is refused, and nothing is sent',
    async ({ action, input }) => {
      await expect(runAs('root:prod', action, input)).rejects.toMatchObject({ code: 'endpoint_not_allowed' });
      expect(sent()).toEqual([]);
    },
  );

  it.each(actionCases.filter(({ action }) => endpoints[endpointsOf.get(action) as EndpointName].fullAccess === true))(
    '$action of a restricted key says that it needs an unrestricted one',
    async ({ action, input }) => {
      await expect(runAs('additional:readRuns', action, input)).rejects.toMatchObject({
        code: 'key_lacks_full_access',
      });
    },
  );
});

describe('what fails on the way', () => {
  const busy = { status: 503, body: { error: 'busy' }, headers: { 'x-should-retry': 'true' } };

  it('repeats a read up to three times', async () => {
    api.fail({ ...busy, times: 3 });
    await expect(runAs('root:prod', 'get-session', { session: 'chat-42' })).resolves.toBeDefined();
    expect(sent()).toHaveLength(4);
  });

  it.each(actionCases.filter(({ retries }) => retries.includes(0)))(
    '$action $input is sent once, whatever comes back',
    async ({ action, input, sends }) => {
      api.fail({ ...busy, times: 9 });
      await expect(runAs('root:prod', action, input)).rejects.toMatchObject({ code: 'server_error', status: 503 });
      expect(sent()).toEqual(sends);
    },
  );

  it('knows a repeated trigger again: one run, though the first answer was lost', async () => {
    const before = api.project.runsOf('prod').length;
    api.fail({ drop: 'after' });
    const { id } = (await runAs('root:prod', 'trigger-task', { taskId: 'bill' })) as { id: string };
    expect(api.requests).toHaveLength(2);
    expect(api.project.runsOf('prod')).toHaveLength(before + 1);
    expect(api.project.run(id)).toMatchObject({ taskIdentifier: 'bill' });
  });

  it('knows a repeated message again: one record, though the first answer was lost', async () => {
    api.fail({ drop: 'after' });
    await runAs('root:prod', 'send-session-input', { session: 'chat-42', data: 'hello' });
    expect(api.requests.map(({ headers }) => headers['x-part-id'])).toEqual(
      Array.from({ length: 2 }, () => api.requests[0]?.headers['x-part-id']),
    );
  });

  it('update-schedule does not create one for an unknown id', async () => {
    const input = { scheduleId: 'nobody', task: 'sched-task', cron: '0 8 * * *' };
    await expect(runAs('root:prod', 'update-schedule', input)).rejects.toMatchObject({ code: 'not_found' });
    expect(sent()).toEqual(['GET /api/v1/schedules/nobody']);
  });

  it('create-env-var does not replace one that exists', async () => {
    const attempt = runAs('root:prod', 'create-env-var', { name: 'STAGE', value: 'other' });
    await expect(attempt).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('override') });
    expect(api.project.variablesOf('prod').find(({ name }) => name === 'STAGE')?.value).toBe('prod');
  });
});

describe('values of secrets', () => {
  const value = 'hunter2-in-clear';
  const clear = [
    { what: 'in clear', variable: { name: 'A', value, isSecret: true } },
    { what: 'without saying whether it is one', variable: { name: 'A', value } },
    { what: 'again in a field of its own', variable: { name: 'A', value: '<redacted>', isSecret: true, plain: value } },
  ];

  it.each(clear)('stay inside when the server answers one $what', async ({ variable }) => {
    api.fail({ body: [variable] });
    const listed = await runAs('root:prod', 'list-env-vars', {});
    api.fail({ body: variable });
    const found = await runAs('root:prod', 'get-env-var', { name: 'A' });
    expect([listed, found]).toEqual([
      { variables: [{ name: 'A', value: '<redacted>', isSecret: true }] },
      { name: 'A', value: '<redacted>', isSecret: true },
    ]);
  });

  it.each([
    { what: 'a flag that is no boolean', body: { name: 'A', value, isSecret: 'no' } },
    { what: 'a value that is no text', body: { name: 'A', value: { value }, isSecret: false } },
    { what: 'an error that quotes it', body: { error: 'x', variables: { A: value } }, status: 400 },
  ])('stay inside when the server answers $what', async ({ body, status = 200 }) => {
    api.fail({ status, body });
    const error: unknown = await runAs('root:prod', 'get-env-var', { name: 'A' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ConnectorError' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(value);
  });

  it.each([
    { action: 'create-env-var', input: { name: '1A', value } },
    { action: 'update-env-var', input: { name: '..', value } },
    { action: 'upload-env-vars', input: { variables: { '1A': value } } },
  ])('of a refused $action are not in its message', async ({ action, input }) => {
    const error: unknown = await runAs('root:prod', action, input).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'input_invalid' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(value);
  });
});
