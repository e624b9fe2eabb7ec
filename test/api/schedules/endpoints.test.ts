import { describe } from 'vitest';
import { type Bad, badSegments, type Good, oddSegments, refuses, takes } from '../schema/input-cases.js';

const byId = ['schedules.retrieve', 'schedules.activate', 'schedules.deactivate', 'schedules.del'] as const;
const definition = { task: 'report', cron: '0 9 * * *' };

describe.each(byId)('the id of %s', (name) => {
  refuses(name, [
    ...[...badSegments, 'x'.repeat(257)].map((scheduleId): Bad => [{ scheduleId }, 'scheduleId']),
    [{}, 'scheduleId'],
  ]);
  // A deduplication key finds a schedule too, and may hold anything.
  takes(
    name,
    [...oddSegments, ['sched_a', 'sched_a'] as const, ['daily:report', 'daily%3Areport'] as const].map(
      ([scheduleId, segment]) => [
        scheduleId,
        { scheduleId },
        {
          path: `/api/v1/schedules/${segment}${/activate$/.test(name) ? name.replace('schedules.', '/') : ''}`,
        },
      ],
    ),
  );
});

describe('schedules.list', () => {
  const bad = [0, -1, 1.5, '1', Number.NaN, Number.POSITIVE_INFINITY, null];
  refuses('schedules.list', [
    ...bad.map((page): Bad => [{ page }, 'page']),
    ...[...bad, 101].map((perPage): Bad => [{ perPage }, 'perPage']),
    // Numbered pages, no cursors.
    [{ limit: 10 }, ''],
    [{ after: 'x' }, ''],
  ]);
  takes('schedules.list', [
    ['nothing', {}, { query: {} }],
    ['a page', { page: 3 }, { query: { page: '3' } }],
    ['the largest page', { perPage: 100 }, { query: { perPage: '100' } }],
  ]);
});

const badDefinitions = (whole: Readonly<Record<string, unknown>>): Bad[] => [
  ...[...badSegments.filter((id) => id !== '\ud800'), 'x'.repeat(129), undefined].map(
    (task): Bad => [{ ...whole, task }, 'task'],
  ),
  ...['* * * * * *', '61 * * * *', 'nope', '', 'x'.repeat(257), 7, null, undefined].map(
    (cron): Bad => [{ ...whole, cron }, 'cron'],
  ),
  ...['Mars/Phobos', '', '+02:00', 7, null].map((timezone): Bad => [{ ...whole, timezone }, 'timezone']),
  ...['', '0m', '30', '101%', '0%', '1d', '-5m', 30, null].map((window): Bad => [{ ...whole, window }, 'window']),
  ...['', 'x'.repeat(257), 7, null].map((externalId): Bad => [{ ...whole, externalId }, 'externalId']),
];

describe('schedules.create', () => {
  const whole = { ...definition, deduplicationKey: 'daily' };
  refuses('schedules.create', [
    ...badDefinitions(whole),
    // Without it, a create that is repeated makes a second schedule.
    ...['', 'x'.repeat(257), 7, null, undefined].map(
      (deduplicationKey): Bad => [{ ...whole, deduplicationKey }, 'deduplicationKey'],
    ),
    [{ ...whole, active: false }, ''],
  ]);
  takes('schedules.create', [
    [
      'a zone and an id of its own',
      { ...whole, timezone: 'Europe/Rome', externalId: 'user-42' },
      {
        body: '{"task":"report","cron":"0 9 * * *","timezone":"Europe/Rome","externalId":"user-42","deduplicationKey":"daily"}',
      },
    ],
    ...['30m', '24h', '1%', '100%'].map(
      (window): Good => [
        `a window of ${window}`,
        { ...whole, window },
        { body: `{"task":"report","cron":"0 9 * * *","window":"${window}","deduplicationKey":"daily"}` },
      ],
    ),
  ]);
});

describe('schedules.update', () => {
  const whole = { ...definition, scheduleId: 'sched_a' };
  refuses('schedules.update', [
    ...badDefinitions(whole),
    ...badSegments.map((scheduleId): Bad => [{ ...whole, scheduleId }, 'scheduleId']),
    [{ ...whole, deduplicationKey: 'daily' }, ''],
    [{ scheduleId: 'sched_a', cron: '* * * * *' }, 'task'],
  ]);
  takes('schedules.update', [
    ['what replaces it, without its id', whole, { body: '{"task":"report","cron":"0 9 * * *"}', method: 'PUT' }],
  ]);
});

describe('schedules.timezones', () => {
  refuses('schedules.timezones', [
    [{ excludeUtc: 'true' }, 'excludeUtc'],
    [{ excludeUTC: true }, ''],
  ]);
  takes('schedules.timezones', [
    ['nothing', {}, { query: {} }],
    ['no', { excludeUtc: false }, { query: {} }],
    ['yes', { excludeUtc: true }, { query: { excludeUtc: 'true' } }],
  ]);
});
