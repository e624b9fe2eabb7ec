// The list of runs for benchmarks: a million would not fit into the fake API, so each is computed from its place in time.
const newest = Date.parse('2026-11-01T00:00:00Z');
const stepMs = 1_000;

/** One in so many has not ended, unless a benchmark asks for more. */
export const usualOpenEvery = 200;

/** Shaped as a recorded item, about 800 bytes. Ids grow with time, as recorded ones do. */
export function itemOf(place: number, openEvery = usualOpenEvery): string {
  const createdAt = new Date(newest - place * stepMs).toISOString();
  const id = `run_cm1bench${String(9_999_999 - place).padStart(17, '0')}`;
  const isOpen = place % openEvery === 0;
  const ended = isOpen ? '' : `"startedAt":"${createdAt}","finishedAt":"${createdAt}",`;
  return `{"id":"${id}","status":"${isOpen ? 'EXECUTING' : 'COMPLETED'}","taskIdentifier":"send-invoice","idempotencyKey":"3f1e8f9c7a${place}","version":"20261024.1","createdAt":"${createdAt}","updatedAt":"${createdAt}",${ended}"isTest":false,"ttl":"10m","tags":["nightly","user:${place % 997}"],"costInCents":1.661,"baseCostInCents":0.0025,"durationMs":48847,"depth":0,"metadata":{"progress":66,"step":"export","order":${place}},"region":"us-east-1","taskKind":"STANDARD","isQueued":false,"isExecuting":${isOpen},"isCompleted":${!isOpen},"isFailed":false,"isSuccess":${!isOpen},"isCancelled":false,"isWaiting":false,"env":{"id":"cm1benchbenchbenchbenchpr","name":"prod"}}`;
}

/** A page of `total` runs; a test holds it to the list of the fake API, which is held to recordings. */
export function pageOf(
  query: URLSearchParams,
  total: number,
  { item = itemOf, openEvery = usualOpenEvery }: { item?: (place: number) => string; openEvery?: number } = {},
): string {
  const size = Number(query.get('page[size]') ?? 25);
  const from = Number(query.get('filter[createdAt][from]') ?? 1);
  const to = Number(query.get('filter[createdAt][to]') ?? newest);
  const statuses = query.get('filter[status]');
  const after = query.get('page[after]');
  if (statuses?.split(',').includes('COMPLETED') === true) {
    throw new Error('Only open runs can be asked for by status here.');
  }
  const stride = statuses === null ? 1 : openEvery;
  const lowest = Math.min(total - 1, Math.floor((newest - from) / stepMs));
  const start = after === null ? Math.max(0, Math.ceil((newest - to) / stepMs)) : Number(after) + stride;
  const first = Math.ceil(start / stride) * stride;
  const items: string[] = [];
  let place = first;
  for (; place <= lowest && items.length < size; place += stride) {
    items.push(item(place));
  }
  const next = place <= lowest ? `"next":"${place - stride}"` : '';
  return `{"data":[${items.join(',')}],"pagination":{${next}}}`;
}
