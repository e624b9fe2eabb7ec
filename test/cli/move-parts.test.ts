import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { moveOne } from '../../src/cli/move/move-one.js';
import { type FullConnection, importOf, isSame, nangoConfig } from '../../src/cli/move/moved-connection.js';
import { refusalIn, Side } from '../../src/cli/move/side.js';

describe('a side', () => {
  const sideWith = (answers: [status: number, headers: Record<string, string>, body: string][]) => {
    const waits: number[] = [];
    const key = crypto.randomUUID();
    const side = new Side({
      name: 'Nango',
      url: 'https://nango.example.com',
      key,
      variable: 'NANGO_SECRET_KEY',
      signal: new AbortController().signal,
      sleep: async (ms) => waits.push(ms),
    });
    const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
      const [status, headers, body] = answers.shift() ?? [500, {}, ''];
      return new Response(body.replace('KEY', key), { status, headers });
    });
    onTestFinished(() => fetched.mockRestore());
    return { side, waits, key };
  };

  it('waits as long as the limit of calls asks, a minute at most', async () => {
    const { side, waits } = sideWith([
      [429, { 'retry-after': '7' }, ''],
      [429, { 'retry-after': '900' }, ''],
      [429, {}, ''],
      [200, {}, '{"ok":true}'],
    ]);
    expect(await side.ask('GET', '/connections')).toEqual({ status: 200, body: { ok: true } });
    expect(waits).toEqual([7_000, 60_000, 10_000]);
  });

  it('repeats no key that a server sends back', async () => {
    const { key, side } = sideWith([[400, {}, '{"error":{"code":"x","message":"KEY is wrong"}}']]);
    const answer = await side.ask('POST', '/connections', {});
    expect(side.refusal(answer)).toBe('x: [redacted] is wrong');
    expect(side.refusal(answer)).not.toContain(key);
  });

  it('repeats no key of a customer', () => {
    const { side } = sideWith([]);
    const body = {
      error: { code: 'x', message: '\u001b[31mshort\u202e is wrong\u0007, tr_prod_0123456789abcdefghijkl too' },
    };
    expect(side.refusal({ status: 400, body }, 'short')).toBe(
      'x: \u001b[31m[redacted]\u202e is wrong\u0007, [redacted] too',
    );
  });

  it('leaves what it read as it is', async () => {
    const { key, side } = sideWith([[200, {}, '{"metadata":{"a":"KEY"}}']]);
    expect(await side.ask('GET', '/connections/c')).toEqual({ status: 200, body: { metadata: { a: key } } });
  });

  it.each([
    { status: 200, headers: {}, body: '<html>', says: 'No Nango API answers at https://nango.example.com' },
    {
      status: 308,
      headers: { location: 'https://eu.example.com/x' },
      body: '',
      says: 'redirects to https://eu.example.com (status 308)',
    },
    { status: 401, headers: {}, body: '{}', says: 'does not accept the key NANGO_SECRET_KEY' },
  ])('that answers $status $body is none', async ({ body, headers, says, status }) => {
    const { side } = sideWith([[status, headers as Record<string, string>, body]]);
    await expect(side.ask('GET', '/connections')).rejects.toThrow(says);
  });

  it('may have no description of itself, whatever it says to that', async () => {
    const { side } = sideWith([[401, {}, '<html>']]);
    expect(await side.look('/openapi.json')).toEqual({ status: 401, body: undefined });
  });

  it('that cannot read a connection refuses this one alone', async () => {
    const body = '{"error":{"code":"invalid_credentials","message":"The key was refused."}}';
    const { side } = sideWith([[424, {}, body]]);
    const options = { dryRun: false, replace: false, keepRunning: false, isForNango: false, isNango: false };
    expect(await moveOne({ ...options, from: side, to: side, signal: new AbortController().signal }, 'c')).toEqual({
      id: 'c',
      outcome: 'refused',
      notes: ['it cannot be read at https://nango.example.com: invalid_credentials: The key was refused.'],
    });
  });

  it('says each problem of a body', () => {
    const errors = [{ code: 'custom', message: 'At most 10 tags.', path: ['tags'] }];
    expect(refusalIn({ status: 400, body: { error: { code: 'invalid_body', errors } } })).toBe(
      'invalid_body: tags: At most 10 tags.',
    );
    expect(refusalIn({ status: 502, body: undefined })).toBe('status 502');
  });
});

const bare: FullConnection = {
  connection_id: 'c',
  credentials: { type: 'API_KEY', apiKey: 'k' },
  connection_config: {},
  metadata: null,
  end_user: null,
};

describe('what is sent to Nango', () => {
  it.each([
    { config: { baseUrl: 'https://api.trigger.dev/' }, sent: { baseUrl: 'api.trigger.dev' } },
    { config: { baseUrl: 'HTTPS://trigger.example.com:8443' }, sent: { baseUrl: 'trigger.example.com:8443' } },
    { config: { baseUrl: 'trigger.example.com' }, sent: { baseUrl: 'trigger.example.com' } },
    { config: {}, sent: {} },
    { config: { previewBranch: 'feature/x' }, sent: { triggerBranch: 'feature/x' } },
    {
      config: { previewBranch: 'b', triggerBranch: '', customerId: '1' },
      sent: { triggerBranch: 'b', customerId: '1' },
    },
  ])('config $config as $sent', ({ config, sent }) => {
    expect(nangoConfig(config)).toEqual(sent);
  });

  it.each([
    {
      there: { baseUrl: 'a.example', triggerBranch: 'b' },
      here: { previewBranch: 'b', baseUrl: 'https://a.example/' },
      same: true,
    },
    { there: { baseUrl: 'a.example', environment: '' }, here: { baseUrl: 'a.example' }, same: true },
    {
      there: { baseUrl: 'a.example', of: { a: 1, b: 2 } },
      here: { of: { b: 2, a: 1 }, baseUrl: 'a.example' },
      same: true,
    },
    { there: { baseUrl: 'http://a.example' }, here: { baseUrl: 'a.example' }, same: false },
    { there: { triggerBranch: 'c' }, here: { previewBranch: 'b' }, same: false },
  ])('$there is $here: $same', ({ here, same, there }) => {
    const of = (connection_config: Record<string, unknown>) => ({ ...bare, connection_config });
    expect(isSame(of(there), importOf(of(here), false))).toBe(same);
    expect(isSame(of(here), importOf(of(there), true))).toBe(same);
  });

  it('has nothing of a user that is null', () => {
    const connection: FullConnection = {
      connection_id: 'c',
      credentials: { type: 'API_KEY', apiKey: 'k' },
      connection_config: {},
      metadata: null,
      tags: {},
      end_user: { id: 'u', email: null, display_name: null, tags: null, organization: null },
    };
    expect(importOf(connection, true)).toMatchObject({ end_user: { id: 'u' }, metadata: {} });
    expect(importOf(bare, true)).not.toHaveProperty('end_user');
    expect(importOf(bare, true)).toMatchObject({ tags: {} });
  });
});
