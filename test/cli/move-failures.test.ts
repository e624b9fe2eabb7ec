import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { realSurroundings } from '../../src/client/send.js';
import { post, type Served, servedHost } from '../host/served.js';
import { runCli } from './run-cli.js';

let local = {} as Served;
let nango = {} as Served;

beforeEach(async () => {
  [local, nango] = await Promise.all([servedHost({ runs: 3 }), servedHost({ runs: 3, platform: 'nango' })]);
});

afterEach(async () => {
  await Promise.all([local.close(), nango.close()]);
});

const imported = async (host: Served, id: string, more: Record<string, unknown> = {}) => {
  const { config, credentials } = local;
  const body = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: config };
  expect((await post(host, '/connections', { ...body, ...more })).status).toBe(201);
};

const change = (host: Served, verb: 'start' | 'pause', syncs: string[]) =>
  post(host, `/sync/${verb}`, { provider_config_key: 'trigger-dev', connection_id: 'one', syncs });

const running = ({ scheduler }: Served, id = 'one') =>
  scheduler.syncs.filter((name) => scheduler.schedule(id, name).state === 'started').sort();

const move = (...flags: string[]) =>
  runCli(
    ['move', ...(flags.includes('--from') ? [] : ['--to', nango.server.url]), '--local', local.server.url, ...flags],
    {
      TRIGGER_CONNECTOR_API_KEY: local.apiKey,
      NANGO_SECRET_KEY: nango.apiKey,
    },
  );

/** One of the two sides answers this, `times` times, to what matches. */
function answers(
  host: Served,
  match: RegExp,
  status: number,
  body: unknown = { error: { code: 'broken' } },
  times = 1e9,
) {
  const real = globalThis.fetch;
  let left = times;
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = `${init?.method ?? 'GET'} ${String(input).replace(host.server.url, '@')}`;
    if (!match.test(request) || left === 0) {
      return real(input, init);
    }
    left -= 1;
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  });
  const slept = vi.spyOn(realSurroundings, 'sleep').mockImplementation(async () => undefined);
  const restore = () => {
    fetched.mockRestore();
    slept.mockRestore();
  };
  onTestFinished(restore);
  return restore;
}

describe('syncs that move', () => {
  it('run where they ran before after a move there and back', async () => {
    await imported(local, 'one');
    await change(local, 'pause', ['env-vars']);
    const before = running(local);
    expect(before).not.toEqual([]);
    await move();
    expect([running(local), running(nango)]).toEqual([[], before]);
    const back = await move('--from', nango.server.url);
    expect([back.exit, back.stdout]).toEqual([0, expect.stringMatching(/^one +moved before\n/)]);
    expect([running(local), running(nango)]).toEqual([before, []]);
    // Once more: nothing is left to do, and nothing is changed.
    await move('--from', nango.server.url);
    expect([running(local), running(nango)]).toEqual([before, []]);
  });

  it('get their states from the next run where one was stopped after the import', async () => {
    await imported(local, 'one');
    await change(local, 'pause', ['env-vars']);
    await change(local, 'start', ['sessions']);
    const before = running(local);
    await imported(nango, 'one');
    expect((await move()).exit).toBe(0);
    expect([running(local), running(nango)]).toEqual([[], before]);
  });

  it('go on here where they could not be started there, and the next run finishes it', async () => {
    await imported(local, 'one');
    await change(local, 'start', ['sessions']);
    const before = running(local);
    const restore = answers(nango, /^POST @\/sync\/start/, 500);
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([1, expect.stringMatching(/^one +incomplete +could not start sessions.*still run/)]);
    expect(running(local)).toEqual(before);
    restore();
    expect((await move()).exit).toBe(0);
    expect([running(local), running(nango)]).toEqual([[], before]);
  });

  it('are waited for, each of them', async () => {
    await imported(local, 'one');
    await change(local, 'start', ['sessions']);
    const before = running(local);
    const some = { syncs: [{ name: 'runs', status: 'RUNNING' }] };
    answers(nango, /^GET @\/sync\/status/, 200, some, 3);
    expect((await move()).exit).toBe(0);
    expect([running(local), running(nango)]).toEqual([[], before]);
  });

  it('that never come are named', async () => {
    await imported(local, 'one');
    answers(nango, /^GET @\/sync\/status/, 200, { syncs: [{ name: 'runs', status: 'RUNNING' }] });
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([1, expect.stringMatching(/incomplete +these syncs are not there: .*env-vars/)]);
    expect(running(local)).not.toEqual([]);
  });

  it('whose states are unknown here are not moved, and not passed over', async () => {
    await imported(local, 'one');
    const restore = answers(local, /^GET @\/sync\/status/, 503);
    const first = await move();
    expect([first.exit, first.stdout]).toEqual([1, expect.stringMatching(/^one +refused +its syncs cannot be read/)]);
    expect(nango.host.connections.ids()).toEqual([]);
    restore();
    await move('--keep-running');
    answers(local, /^GET @\/sync\/status/, 503);
    const again = await move();
    expect([again.exit, again.stdout]).toEqual([
      1,
      expect.stringMatching(/^one +incomplete +its syncs cannot be read/),
    ]);
  });
});

describe('a side that fails', () => {
  it.each([500, 403, 503, 429])('with %i where it is asked for the connection gets no import', async (status) => {
    await imported(local, 'one');
    await imported(nango, 'one', { tags: { from: 'there' } });
    answers(nango, /^GET @\/connections\?connectionId/, status);
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([1, expect.stringMatching(/^one +refused +.*broken/)]);
    expect(nango.host.connections.nango('one').tags).toEqual({ from: 'there' });
  });

  it('says of a broken connection that it is one, and replaces it when told to', async () => {
    await imported(local, 'one');
    await imported(nango, 'one');
    answers(nango, /^GET @\/connections\/one/, 424, { error: { code: 'invalid_credentials' } });
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([1, expect.stringMatching(/^one +refused +.*invalid_credentials; --replace/)]);
    expect((await move('--replace')).stdout).toMatch(/^one +replaced\n/);
  });

  it.each(['.', '..'])('to name a connection %s gets no request for it', async (id) => {
    await imported(local, 'two');
    answers(local, /^GET @\/connections\?/, 200, { connections: [{ connection_id: id }, { connection_id: 'two' }] });
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([
      1,
      expect.stringMatching(/refused +a connection cannot be called[\s\S]*two +moved/),
    ]);
  });

  it('of one connection does not end the move', async () => {
    await imported(local, 'one');
    await imported(local, 'two');
    answers(local, /^GET @\/connections\/one/, 200, '<html>');
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([
      1,
      expect.stringMatching(/^one +refused +No Nango API .*\ntwo +moved\n1 refused, 1 moved\n$/),
    ]);
  });

  it('to answer an import may have made the connection', async () => {
    await imported(local, 'one');
    const restore = answers(nango, /^POST @\/connections/, 200, '');
    const { exit, stdout } = await move();
    expect([exit, stdout]).toEqual([1, expect.stringMatching(/^one +incomplete +.*It may be there all the same/)]);
    expect(running(local)).not.toEqual([]);
    restore();
    expect((await move()).exit).toBe(0);
  });

  it('for good ends it, with all that was done before', async () => {
    await imported(local, 'one');
    await imported(local, 'two');
    answers(local, /^GET @\/connections\/two/, 401);
    const text = await move('--keep-running');
    expect([text.exit, text.stdout]).toEqual([3, expect.stringMatching(/^one +moved\n1 moved, 1 not finished\n$/)]);
    const json = await move('--json', '--keep-running');
    expect(json.exit).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      connections: [{ id: 'one', outcome: 'moved before' }],
      error: { code: 'unauthorized' },
    });
  });
});

describe('the dry run', () => {
  const changed = (more: object) => ({ ...nango.host.connections.nango('one'), ...more });

  it.each([
    { more: { end_user: { id: 'u', email: 'none' } }, says: /Its user: email/ },
    { more: { connection_config: { base_url: 'a.example' } }, says: /did you mean "baseUrl"/ },
    { more: { tags: { '1': 'x' } }, says: /Its tags: 1/ },
    { more: { connection_config: { baseUrl: 'a.example', environment: 'moon' } }, says: /Choose one of dev/ },
  ])('names what the other side would refuse: $more', async ({ more, says }) => {
    await imported(nango, 'one');
    answers(nango, /^GET @\/connections\/one/, 200, changed(more));
    const { exit, stdout } = await move('--from', nango.server.url, '--dry-run');
    expect([exit, stdout]).toEqual([1, expect.stringMatching(says)]);
  });

  it('from Nango calls no host that somebody chose there', async () => {
    await imported(nango, 'one');
    // No sync of either side calls this one.
    answers(nango, /^GET @\/connections\/one/, 200, changed({ connection_config: { baseUrl: nango.api.url } }));
    expect((await move('--from', nango.server.url, '--dry-run')).stdout).toMatch(/^one +would move\n/);
    expect(nango.api.requests.length).toBe(0);
  });
});
