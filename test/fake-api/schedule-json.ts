import { describeCron, nextRunAfter, parseCron } from './cron.js';
import type { FakeProject } from './project.js';
import type { FakeSchedule } from './schedule-store.js';

type Json = Record<string, unknown>;

/** What listing, retrieving and writing show alike. */
function common(project: FakeProject, schedule: FakeSchedule): Json {
  const { id, type, task, active, cron, timezone, deduplicationKey, window } = schedule;
  const next = active ? nextRunAfter(parseCron(cron), timezone, project.now()) : null;
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id,
    type,
    task,
    active,
    generator: { type: 'CRON', expression: cron, description: describeCron(cron) },
    timezone,
    deduplicationKey,
    window,
    nextRun: time(next),
    nextRunEffectiveAt: time(next === null ? null : next + phaseOf(schedule)),
  };
}

/** Schedules start spread over their first minute, each always at the same offset. */
function phaseOf({ id, env }: FakeSchedule): number {
  let hash = 0;
  for (const character of id + env) {
    hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  }
  return hash % 60_000;
}

const owner = (name: string | undefined): Json => (name === undefined ? {} : { userName: name });

export function listedSchedule(project: FakeProject, schedule: FakeSchedule): Json {
  const { id, type, slug, branchName, owner: userName } = project.environment(schedule.env);
  return {
    ...common(project, schedule),
    externalId: schedule.externalId,
    environments: [{ id, type, slug, ...(branchName === null ? {} : { branchName }), ...owner(userName) }],
  };
}

export function retrievedSchedule(project: FakeProject, schedule: FakeSchedule): Json {
  const { id, type, owner: userName } = project.environment(schedule.env);
  return {
    ...common(project, schedule),
    externalId: schedule.externalId ?? undefined,
    environments: [{ id, type, ...owner(userName) }],
  };
}

export function writtenSchedule(project: FakeProject, schedule: FakeSchedule): Json {
  const { id, type, slug, owner: userName } = project.environment(schedule.env);
  return {
    ...retrievedSchedule(project, schedule),
    environments: [{ id, shortcode: `short-${slug}`, type, ...owner(userName) }],
  };
}
