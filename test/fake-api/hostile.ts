import type { Fault } from './faults.js';
import { type FakeApi, type FakeApiOptions, startFakeApi } from './server.js';

/** What a hostile server does to whoever syncs from it; everything else it answers as Trigger.dev does. */
export type Hostility =
  | 'endless cursors'
  | 'empty pages'
  | 'tiny rate limits'
  | 'far resets'
  | 'huge pages'
  | 'slow responses'
  | 'no responses';

export interface HostileApi extends FakeApi {
  /** Pages of lists that were asked for. */
  asked(): number;
}

export interface HostileOptions extends FakeApiOptions {
  /** How long a slow server takes for each response. 20 seconds unless given. */
  readonly delayMs?: number;
  /** Items of a huge page. 20,000 unless given. */
  readonly items?: number;
}

const lists = /^\/api\/v[13]\/(?:runs|sessions|schedules|projects\/[^/]+\/envvars\/[^/?]+)(?:\?|$)/;

/** One item, as whoever checks a key asks for it. */
const verifies = (path: string) => new URL(path, 'http://localhost').searchParams.get('page[size]') === '1';

/** A run as a list shows it. */
export const listedRun = (index: number, createdAt = '2026-11-01T00:00:00.000Z') => ({
  id: `run_${String(index).padStart(25, 'h')}`,
  status: 'COMPLETED',
  taskIdentifier: 'hello-task',
  version: '20261101.1',
  env: { id: 'env_hostile', name: 'prod' },
  idempotencyKey: null,
  createdAt,
  updatedAt: createdAt,
  isTest: false,
  tags: [],
  costInCents: 0,
  baseCostInCents: 0,
  durationMs: 0,
  isQueued: false,
  isExecuting: false,
  isCompleted: true,
  isSuccess: true,
  isFailed: false,
  isCancelled: false,
});

/** The same items on each page, and always another cursor. */
function endless(items: number): Pick<Fault, 'body'> {
  let page = 0;
  const data = Array.from({ length: items }, (_, index) => listedRun(index));
  return {
    body: () => {
      page += 1;
      return { data, pagination: { next: `page-${page}` } };
    },
  };
}

const limited = (resetMs: number) => ({
  'x-ratelimit-limit': '1',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(Date.now() + resetMs),
});

const refused = (headers: Readonly<Record<string, string>>): Fault => ({
  status: 429,
  headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers },
  body: { title: 'Rate Limit Exceeded', status: 429, detail: 'Rate limit exceeded 0/1 requests remaining.' },
});

const faults: Readonly<Record<Hostility, (options: HostileOptions) => Fault>> = {
  'endless cursors': () => endless(100),
  'empty pages': () => endless(0),
  'tiny rate limits': () => refused({ ...limited(50_000), 'retry-after': '50' }),
  'far resets': () => refused(limited(24 * 60 * 60_000)),
  'huge pages': ({ items = 20_000 }) => endless(items),
  'slow responses': ({ delayMs = 20_000 }) => ({ delayMs, ...endless(100) }),
  'no responses': () => ({ delayMs: 2 ** 31 - 1 }),
};

/** A server that can be connected to, and then holds whoever syncs from it. */
export async function startHostileApi(kind: Hostility, options: HostileOptions = {}): Promise<HostileApi> {
  const api = await startFakeApi({ runs: 0, ...options });
  let asked = 0;
  api.fail({
    ...faults[kind](options),
    times: Number.POSITIVE_INFINITY,
    match: ({ method, path }) => {
      const isMeant = method === 'GET' && lists.test(path) && !verifies(path);
      asked += isMeant ? 1 : 0;
      return isMeant;
    },
  });
  return {
    ...api,
    asked: () => asked,
  };
}
