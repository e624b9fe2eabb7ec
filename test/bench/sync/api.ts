// The list of runs for benchmarks: a million would not fit into the fake API, so each is computed from its place in time.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { projectRef } from '../../fake-api/keys.js';

export interface ApiOptions {
  readonly runs: number;
  /** Milliseconds before an answer is sent. */
  readonly delayMs: number;
}

const newest = Date.parse('2026-11-01T00:00:00Z');
const stepMs = 1_000;

/** One in so many has not ended. */
const openEvery = 200;

/** Shaped as a recorded item, about 800 bytes. */
function itemOf(place: number): string {
  const createdAt = new Date(newest - place * stepMs).toISOString();
  const id = `run_cm1bench${String(place).padStart(17, '0')}`;
  const isOpen = place % openEvery === 0;
  const ended = isOpen ? '' : `"startedAt":"${createdAt}","finishedAt":"${createdAt}",`;
  return `{"id":"${id}","status":"${isOpen ? 'EXECUTING' : 'COMPLETED'}","taskIdentifier":"send-invoice","idempotencyKey":"3f1e8f9c7a${place}","version":"20261024.1","createdAt":"${createdAt}","updatedAt":"${createdAt}",${ended}"isTest":false,"ttl":"10m","tags":["nightly","user:${place % 997}"],"costInCents":1.661,"baseCostInCents":0.0025,"durationMs":48847,"depth":0,"metadata":{"progress":66,"step":"export","order":${place}},"region":"us-east-1","taskKind":"STANDARD","isQueued":false,"isExecuting":${isOpen},"isCompleted":${!isOpen},"isFailed":false,"isSuccess":${!isOpen},"isCancelled":false,"isWaiting":false,"env":{"id":"cm1benchbenchbenchbenchpr","name":"prod"}}`;
}

/** A page of `total` runs; a test holds it to the list of the fake API, which is held to recordings. */
export function pageOf(query: URLSearchParams, total: number): string {
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
    items.push(itemOf(place));
  }
  const next = place <= lowest ? `"next":"${place - stride}"` : '';
  return `{"data":[${items.join(',')}],"pagination":{${next}}}`;
}

/** Serves until the parent goes, and tells it the port. */
export function serve({ delayMs, runs }: ApiOptions): void {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
    // Whoever connects asks whose key it is.
    const isWhoami = pathname === '/api/v1/whoami';
    const body = isWhoami ? `{"project":{"externalRef":"${projectRef}"}}` : pageOf(searchParams, runs);
    const answer = () =>
      response
        .writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'x-ratelimit-limit': '750',
          'x-ratelimit-remaining': '700',
          'x-ratelimit-reset': String(Date.now() + 10_000),
        })
        .end(body);
    if (delayMs > 0) {
      setTimeout(answer, delayMs);
    } else {
      answer();
    }
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}
