// What the fake API of the benchmarks answers, made before it is asked: only clients are measured.
import { projectRef } from '../../fake-api/keys.js';
import { itemOf, pageOf, usualOpenEvery } from './runs.js';

export interface Answer {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const runId = 'run_cm1benchbenchbenchbenchru';
const environmentId = 'cm1benchbenchbenchbenchpr';

/** Shaped as recording 09-run-ops/416 with what a run that has ended adds to it. */
const detail = JSON.stringify({
  ...(JSON.parse(itemOf(1)) as Record<string, unknown>),
  id: runId,
  triggerFunction: 'trigger',
  payload: { order: 1, customer: 'user:123', lines: [{ sku: 'a-1', count: 2 }] },
  output: { sent: true, messageId: 'msg-1' },
  attemptCount: 1,
  attempts: [],
  relatedRuns: { children: [] },
});

const claims = JSON.stringify({
  sub: environmentId,
  pub: true,
  scopes: [`read:runs:${runId}`, `write:inputStreams:${runId}`],
});

const json = (body: string, more: Readonly<Record<string, string>> = {}): Answer => ({
  body: Buffer.from(body),
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-ratelimit-limit': '750',
    'x-ratelimit-remaining': '700',
    ...more,
  },
});

/** As in recordings 00-basics/005, 09-run-ops/416, 07-trigger/302 and 14-tokens. */
const fixed: Readonly<Record<string, Answer>> = {
  'GET /api/v1/whoami': json(JSON.stringify({ project: { externalRef: projectRef } })),
  [`GET /api/v3/runs/${runId}`]: json(detail),
  'POST /api/v1/tasks/send-invoice/trigger': json(JSON.stringify({ id: runId, isCached: false }), {
    'x-trigger-jwt-claims': claims,
  }),
  'POST /api/v1/auth/jwt/claims': json(JSON.stringify({ sub: environmentId, pub: true })),
};

/** Up to here items are kept as text; more would not fit. */
const mostKept = 100_000;
const mostPages = 1_000;

/** The answers over a history of so many runs; nothing for what no benchmark asks. */
export function answersOf(
  total: number,
  openEvery = usualOpenEvery,
): (method: string, url: string) => Answer | undefined {
  const items = total > mostKept ? undefined : Array.from({ length: total }, (_, place) => itemOf(place, openEvery));
  const item = (place: number) => items?.[place] ?? itemOf(place, openEvery);
  const pages = new Map<string, Answer>();
  return (method, url) => {
    const [path = '', query = ''] = url.split('?');
    const known = fixed[`${method} ${path}`];
    if (known !== undefined || method !== 'GET' || path !== '/api/v1/runs') {
      return known;
    }
    const found = pages.get(query) ?? json(pageOf(new URLSearchParams(query), total, { item, openEvery }));
    if (items !== undefined && pages.size < mostPages) {
      pages.set(query, found);
    }
    return found;
  };
}
