import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Side } from '../../src/cli/move/side.js';
import { checkTarget } from '../../src/cli/move/target.js';

type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

/** A side that gives these answers, by method and path without query. */
function sideOf(answers: Answers): Side {
  const url = 'https://nango.example.com';
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const [status, body] = answers[`${init?.method} ${new URL(String(input)).pathname}`] ?? [404, {}];
    return new Response(JSON.stringify(body), { status });
  });
  onTestFinished(() => fetched.mockRestore());
  const { signal } = new AbortController();
  return new Side({ name: 'Nango', url, key: crypto.randomUUID(), variable: 'NANGO_SECRET_KEY', signal });
}

describe('a Nango', () => {
  const fields = { baseUrl: {}, projectRef: {}, environment: {}, triggerBranch: {} };
  const ready: Answers = {
    'GET /integrations/trigger-dev': [200, { data: { provider: 'trigger-dev' } }],
    'GET /providers/trigger-dev': [200, { data: { connection_config: fields } }],
    'GET /openapi.json': [401, 'no page'],
  };
  const functions = 'GET /integrations/trigger-dev/functions';
  const scripts: Answers = { 'GET /scripts/config': [200, [{ providerConfigKey: 'trigger-dev', syncs: [{}] }]] };

  it.each<{ what: string; answers: Answers }>([
    { what: 'that lists the function', answers: { [functions]: [200, { data: [{ name: 'validate-connection' }] }] } },
    { what: 'that lists none of its kind, but syncs', answers: { [functions]: [200, { data: [] }], ...scripts } },
    { what: 'that does not know the list, but syncs', answers: scripts },
  ])('$what is ready', async ({ answers }) => {
    expect(await checkTarget(sideOf({ ...ready, ...answers }), true)).toEqual({ isNango: true });
  });

  it.each<{ what: string; answers: Answers }>([
    { what: 'with others of its kind', answers: { [functions]: [200, { data: [{ name: 'another' }] }], ...scripts } },
    { what: 'with neither', answers: { [functions]: [200, { data: [] }] } },
  ])('$what is not', async ({ answers }) => {
    const side = sideOf({ ...ready, ...answers });
    await expect(checkTarget(side, true)).rejects.toThrow('the functions are not deployed');
  });
});
