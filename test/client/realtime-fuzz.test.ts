import fc from 'fast-check';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { TriggerClient as PageClient } from '../../src/browser/index.js';
import { createApi } from '../../src/client/api/index.js';
import { callerFor, type Transport } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { signed } from '../tokens/token.js';
import { connectionTo } from './connections.js';
import { place, row, upToDate } from './odd-shapes.js';

beforeAll(() => import('@electric-sql/client'));
afterEach(() => vi.unstubAllGlobals());

/** What a server sends, part by part right, odd, or anything at all. */
const messages = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>(row('run_1'), row('run_2', { runTags: '{a,b}' }), upToDate) },
    fc.record(
      {
        key: fc.oneof(fc.string(), fc.jsonValue()),
        value: fc.oneof(fc.dictionary(fc.constantFrom('friendlyId', 'status', 'runTags', 'error'), fc.jsonValue())),
        headers: fc.oneof(
          fc.record({ operation: fc.constantFrom('insert', 'update', 'delete', 'upsert') }),
          fc.record({ control: fc.constantFrom('up-to-date', 'must-refetch', 'snapshot-end', '') }),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  ),
  { maxLength: 6 },
);
const odd = fc.oneof(
  fc.constant(undefined),
  fc.string({ unit: 'grapheme-ascii' }).map((text) => text.trim()),
);
const headers = fc
  .tuple(
    ...Object.entries(place).map(([name, value]) =>
      fc.oneof(
        { weight: 6, arbitrary: fc.constant([name, value]) },
        odd.map((other) => [name, other]),
      ),
    ),
  )
  .map((pairs) => Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as Record<string, string>);
const responses = fc.record({
  status: fc.oneof({ weight: 8, arbitrary: fc.constant(200) }, fc.constantFrom(204, 206, 304, 400, 404, 409)),
  headers,
  body: fc.oneof({ weight: 8, arbitrary: messages }, fc.jsonValue()),
});

const silence = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new ConnectorError('aborted')), { once: true });
  });

/** How a subscription ends that is sent this first, and nothing after: undefined where it reads on. */
async function failureOf(follow: (signal: AbortSignal) => AsyncIterable<unknown>, quiet: Promise<void>) {
  const abort = new AbortController();
  void quiet.then(() => abort.abort());
  try {
    for await (const run of follow(abort.signal)) {
      expect(run).toMatchObject({ id: expect.any(String), status: expect.any(String) });
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const outcome = (error: unknown) => {
  if (error !== undefined) {
    expect(error).toBeInstanceOf(ConnectorError);
  }
};

it('no response to a subscription does anything but bring runs or fail it with a code', async () => {
  let failed = 0;
  let read = 0;
  await fc.assert(
    fc.asyncProperty(responses, async (response) => {
      let sent = 0;
      let rest = () => {};
      const quiet = new Promise<void>((resolve) => {
        rest = resolve;
      });
      const transport: Transport = {
        send: (_, __, { signal }) => {
          sent += 1;
          if (sent > 1) {
            rest();
          }
          return sent > 1 ? silence(signal) : Promise.resolve(response);
        },
      };
      const { runs } = createApi(() => callerFor(connectionTo('https://trigger.example.com'), transport));
      const error = await failureOf((signal) => runs.subscribeToRunsWithTag('a', {}, { signal }), quiet);
      outcome(error);
      failed += error === undefined ? 0 : 1;
      read += error === undefined ? 1 : 0;
    }),
    { numRuns: 300 },
  );
  // Both ways out were walked.
  expect(Math.min(failed, read)).toBeGreaterThan(10);
}, 120_000);

it('the same holds in a page, whatever fetch brings', async () => {
  const publicAccessToken = await signed();
  const bodies = fc.oneof(
    responses.map(({ body, ...rest }) => ({ ...rest, body: JSON.stringify(body) })),
    responses.chain(({ body, ...rest }) =>
      fc.nat(40).map((cut) => ({ ...rest, body: JSON.stringify(body).slice(0, cut) })),
    ),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async ({ body, headers: fields, status }) => {
      let sent = 0;
      let rest = () => {};
      const quiet = new Promise<void>((resolve) => {
        rest = resolve;
      });
      vi.stubGlobal('fetch', (_: unknown, { signal }: { signal: AbortSignal }) => {
        sent += 1;
        if (sent > 1) {
          rest();
        }
        const empty = status === 204 || status === 304;
        return sent > 1
          ? silence(signal)
          : Promise.resolve(new Response(empty ? null : body, { status, headers: fields }));
      });
      const { runs } = new PageClient({ publicAccessToken, baseURL: 'https://trigger.example.com' });
      outcome(await failureOf((signal) => runs.subscribeToRunsWithTag('a', {}, { signal }), quiet));
    }),
    { numRuns: 200 },
  );
}, 120_000);
