import { expect } from 'vitest';
import type { Reply } from './compare.js';
import { expectSameClaims } from './recorded-tokens.js';
import type { RecordedWorld } from './recorded-world.js';
import type { EndpointName, Recording } from './recordings.js';

const live: ReadonlySet<string> = new Set(['runs.operations', 'batches', 'sessions', 'channels', 'realtime']);

export const isLive = (endpoint: EndpointName | undefined): boolean => live.has(endpoint ?? '');

/** Ids, dates and record ids differ with every server; where they stand, and what they look like, does not. */
function masks(text: string): string {
  return text
    .replaceAll(/\b(run|batch|session)_[0-9a-z]{25}\b/g, '<$1>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<date>')
    .replaceAll(/("timestamp":)\d{13}/g, '$1<ms>')
    .replaceAll(/((?:\\"|")id(?:\\"|"):\s*(?:\\"|"))[\w-]{7}(?=\\"|")/g, '$1<record>');
}

/** Equal but for what differs with every server, tokens by what they claim. */
export function compareLive(
  endpoint: EndpointName | undefined,
  world: RecordedWorld,
  reply: Reply,
  { request, response }: Recording,
): void {
  const recorded = world.translate(response);
  const header = recorded.headers['x-trigger-jwt'];
  if (header !== undefined) {
    expectSameClaims(reply.headers['x-trigger-jwt'] ?? '', header, masks);
    expect(reply.headers['x-trigger-jwt-claims']).toEqual(recorded.headers['x-trigger-jwt-claims']);
  }
  if (typeof recorded.body === 'string') {
    expect(masks(reply.text)).toBe(masks(recorded.body));
    return;
  }
  const ours: unknown = JSON.parse(reply.text);
  if (reply.status !== 200 && reply.status !== 201 && reply.status !== 202) {
    expect(ours).toEqual(recorded.body);
  } else if (endpoint === 'realtime') {
    compareShape(reply, ours, recorded);
  } else if (request.method === 'GET' && endpoint !== 'channels') {
    // Rows that the recording server had and the fake was given are equal to the last date.
    expect(ours).toEqual(recorded.body);
  } else {
    expect(bodyOf(ours)).toEqual(bodyOf(recorded.body));
    compareTokens(ours, recorded.body);
  }
}

function bodyOf(body: unknown): unknown {
  const { publicAccessToken: _, ...rest } = body as Record<string, unknown>;
  return JSON.parse(masks(JSON.stringify(rest)));
}

function compareTokens(ours: unknown, recorded: unknown): void {
  const [mine, theirs] = [ours, recorded].map((body) => (body as { publicAccessToken?: string }).publicAccessToken);
  expect(typeof mine).toBe(typeof theirs);
  if (mine !== undefined && theirs !== undefined) {
    expectSameClaims(mine, theirs, masks);
  }
}

/** The fake API does not tell when a run was queued from when it was created, and keeps no streams. */
const unkept = new Set(['queuedAt', 'realtimeStreams']);

function compareShape(reply: Reply, ours: unknown, recorded: Recording['response']): void {
  const kept = (body: unknown): unknown =>
    JSON.parse(JSON.stringify(body, (key, value: unknown) => (unkept.has(key) ? typeof value : value)));
  expect(kept(ours)).toEqual(kept(recorded.body));
  expect(reply.headers['electric-schema']).toBe(recorded.headers['electric-schema']);
  expect(reply.headers['cache-control']).toBe(recorded.headers['cache-control']);
  const forms = (headers: Readonly<Record<string, string>>): string[][] =>
    Object.entries(headers)
      .filter(([name]) => name.startsWith('electric-') && name !== 'electric-schema')
      .map(([name, value]) => [name, value.replaceAll(/\d+_[0-9a-f]{8}$|_\d+$/g, '_<n>').replace(/__/, '_')])
      .sort();
  expect(forms(reply.headers)).toEqual(forms(recorded.headers));
}
