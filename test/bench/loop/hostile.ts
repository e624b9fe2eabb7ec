// Servers that send what holds the event loop of whoever reads it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answersOf } from '../api/answers.js';
import { itemOf } from '../api/runs.js';

/** As little as a run can be: a page of 60,000 has 13 MB. */
const small = (place: number) =>
  `{"id":"@${place}","taskIdentifier":"t","status":"FAILED","createdAt":"2026-10-31T00:00:00Z","updatedAt":"2026-10-31T00:00:00Z","isTest":false,"tags":[],"costInCents":0,"baseCostInCents":0,"durationMs":0,"env":{"id":"e","name":"prod"}}`;

const usual = (place: number, more: object) =>
  JSON.stringify({ ...(JSON.parse(itemOf(place)) as object), id: `run_@${place}`, ...more });

const pageOf = (count: number, item: (place: number) => string) =>
  `{"data":[${Array.from({ length: count }, (_, place) => item(place)).join(',')}],"pagination":{"next":`;

/** The beginning of a page of runs, up to its cursor. `@` becomes the number of the page, so that each brings other runs. */
const pages: Readonly<Record<string, (size: number) => string>> = {
  'pages of 60,000 runs': () => pageOf(60_000, small),
  'pages of 125,000 runs': () => pageOf(125_000, small),
  'runs of 300 kB': (size) => pageOf(size, (place) => usual(place, { metadata: 'x'.repeat(300_000) })),
  'runs of 35 kB': (size) => pageOf(size, (place) => usual(place, { metadata: 'x'.repeat(35_000) })),
  'runs of 3,500 numbers': (size) =>
    pageOf(size, (place) => usual(place, { metadata: Array.from({ length: 3_500 }, (_, number) => number % 9) })),
  'runs of 1,800 empty lists': (size) =>
    pageOf(size, (place) => usual(place, { metadata: Array.from({ length: 1_800 }, () => []) })),
  'pages of 8 MB of empty objects': () => pageOf(2_700_000, () => '{}'),
  'pages of 100,000 empty objects': () => pageOf(100_000, () => '{}'),
  'runs with 100,000 tags that are none': (size) =>
    pageOf(Math.min(size, 3), (place) => usual(place, { tags: Array.from({ length: 100_000 }, () => 1) })),
};

export const hostileCases = Object.keys(pages);

/** A history without an end; everything but the list is answered as by an honest server. */
export function serveHostile(name: string): void {
  const made = new Map<number, string>();
  const honest = answersOf(10);
  let number = 10_000_000;
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const isList = method === 'GET' && url.startsWith('/api/v1/runs');
    const known = isList ? undefined : honest(method, url);
    number += 1;
    const size = Number(new URLSearchParams(url.split('?')[1]).get('page[size]'));
    if (isList && !made.has(size)) {
      made.set(size, pages[name]?.(size) ?? '');
    }
    const page = made.get(size)?.replaceAll('@', String(number)) ?? '';
    const body = isList ? `${page}"${number}"}}` : (known?.body ?? '{}');
    request.resume().once('end', () => {
      response.writeHead(isList || known !== undefined ? 200 : 404, { 'content-type': 'application/json' });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}
