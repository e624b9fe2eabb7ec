import { describe } from 'vitest';
import { type Bad, badSegments, oddSegments, refuses, takes } from '../schema/input-cases.js';

const everything = { 'filter[createdAt][from]': '1' };
const elevenTags = Array<string>(11).fill('x');

describe.each(['sessions.retrieve', 'sessions.close'] as const)('the session of %s', (name) => {
  refuses(name, [
    ...[...badSegments, 'x'.repeat(257)].map((session): Bad => [{ session }, 'session']),
    [{}, 'session'],
  ]);
  // A session is found by its own id, or by the one that its maker gave it, which may hold anything.
  takes(
    name,
    [...oddSegments, ['session_a', 'session_a'] as const, ['chat:42', 'chat%3A42'] as const].map(
      ([session, segment]) => [
        session,
        { session },
        { path: `/api/v1/sessions/${segment}${name === 'sessions.close' ? '/close' : ''}` },
      ],
    ),
  );
});

describe('sessions.start', () => {
  const whole = { type: 'chat.agent', taskIdentifier: 'chat', triggerConfig: { basePayload: {} } };
  const config = (more: object) => ({ ...whole, triggerConfig: { basePayload: {}, ...more } });

  refuses('sessions.start', [
    ...['', 'x'.repeat(65), 7, undefined].map((type): Bad => [{ ...whole, type }, 'type']),
    ...['', '..', 'x'.repeat(129), 7, undefined].map(
      (taskIdentifier): Bad => [{ ...whole, taskIdentifier }, 'taskIdentifier'],
    ),
    ...[undefined, null, {}, { basePayload: 'x' }, { basePayload: [] }].map(
      (triggerConfig): Bad => [{ ...whole, triggerConfig }, 'triggerConfig'],
    ),
    [config({ machine: 'mega' }), 'triggerConfig.machine'],
    [config({ queue: '' }), 'triggerConfig.queue'],
    [config({ tags: Array<string>(6).fill('x') }), 'triggerConfig.tags'],
    [config({ maxAttempts: 0 }), 'triggerConfig.maxAttempts'],
    [config({ maxAttempts: 11 }), 'triggerConfig.maxAttempts'],
    [config({ maxDuration: 0 }), 'triggerConfig.maxDuration'],
    [config({ idleTimeoutInSeconds: 3_601 }), 'triggerConfig.idleTimeoutInSeconds'],
    [config({ nope: 1 }), 'triggerConfig'],
    // The server keeps that form for its own ids.
    ...['', 'session_a', 'session_', 'x'.repeat(257), 7, null].map(
      (externalId): Bad => [{ ...whole, externalId }, 'externalId'],
    ),
    ...[elevenTags, [''], ['x'.repeat(129)], 'x'].map((tags): Bad => [{ ...whole, tags }, 'tags']),
    ...['x', [], 7, null].map((metadata): Bad => [{ ...whole, metadata }, 'metadata']),
    ...['2026-12-31', '2026-12-31T00:00:00', 'tomorrow', 1_767_225_600_000].map(
      (expiresAt): Bad => [{ ...whole, expiresAt }, 'expiresAt'],
    ),
  ]);

  const full = {
    type: 'chat.agent',
    taskIdentifier: 'chat',
    triggerConfig: {
      basePayload: { a: [null] },
      machine: 'micro',
      queue: 'chats',
      tags: ['a'],
      maxAttempts: 10,
      maxDuration: 60,
      lockToVersion: '20260131.1',
      region: 'eu-central-1',
      idleTimeoutInSeconds: 3_600,
    },
    externalId: 'my session_42',
    tags: ['user:123'],
    metadata: { plan: 'pro' },
    expiresAt: '2026-12-31T00:00:00+01:00',
  };
  takes('sessions.start', [['everything', full, { body: JSON.stringify(full) }]]);
});

describe('sessions.list', () => {
  refuses('sessions.list', [
    ...['active', 'ACTIVE,CLOSED', ['ACTIVE'], '', 7].map((status): Bad => [{ status }, 'status']),
    ...['', 'x'.repeat(65), ['a'], 7].map((type): Bad => [{ type }, 'type']),
    ...['', 'x'.repeat(129), ['a'], 7].map((tag): Bad => [{ tag }, 'tag']),
    ...['', '..', ['a'], 7].map((taskIdentifier): Bad => [{ taskIdentifier }, 'taskIdentifier']),
    ...['', 'x'.repeat(257), ['a']].map((externalId): Bad => [{ externalId }, 'externalId']),
    // One environment, that of the key.
    [{ environment: 'prod' }, ''],
  ]);
  takes('sessions.list', [
    ['nothing: everything, not the last seven days', {}, { query: everything }],
    [
      'one of each filter',
      { type: 't', tag: 'a,b', taskIdentifier: 'x', externalId: 'chat-42', status: 'CLOSED' },
      {
        query: {
          ...everything,
          'filter[type]': 't',
          // The server does not split it: a comma is a comma.
          'filter[tags]': 'a,b',
          'filter[taskIdentifier]': 'x',
          'filter[externalId]': 'chat-42',
          'filter[status]': 'CLOSED',
        },
      },
    ],
    // Milliseconds only: the server refuses ISO dates here.
    [
      'dates',
      { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:01Z' },
      { query: { 'filter[createdAt][from]': '1767225600000', 'filter[createdAt][to]': '1767225601000' } },
    ],
    ['a period', { period: '7d' }, { query: { 'filter[createdAt][period]': '7d' } }],
    ['a page', { limit: 100, after: 'eyJj' }, { query: { ...everything, 'page[size]': '100', 'page[after]': 'eyJj' } }],
  ]);
});

describe('sessions.update', () => {
  refuses('sessions.update', [
    ...badSegments.map((session): Bad => [{ session }, 'session']),
    [{ session: 'a', tags: elevenTags }, 'tags'],
    [{ session: 'a', metadata: [] }, 'metadata'],
    // It never changes.
    [{ session: 'a', externalId: 'b' }, ''],
  ]);
  takes('sessions.update', [
    ['nothing', { session: 'a' }, { body: '{}' }],
    ['no tags', { session: 'a', tags: [] }, { body: '{"tags":[]}' }],
    ['null, which clears', { session: 'a', metadata: null }, { body: '{"metadata":null}', method: 'PATCH' }],
  ]);
});

describe('sessions.close', () => {
  refuses(
    'sessions.close',
    ['', 'x'.repeat(257), 7, null].map((reason): Bad => [{ session: 'a', reason }, 'reason']),
  );
  takes('sessions.close', [['no reason', { session: 'a' }, { body: '{}' }]]);
});
