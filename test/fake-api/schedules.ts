import type { HttpHandler } from 'msw';
import { z } from 'zod/v3';
import { authenticateUnrestricted } from './auth.js';
import { parseCron } from './cron.js';
import { dashboardUrl } from './environments.js';
import { fakeTasks } from './generate-runs.js';
import { type Answer, json, unexpectedError, unexpectedMethod } from './problems.js';
import { jsonBody } from './request-body.js';
import { type Call, type RouteTable, routes } from './route.js';
import { listedSchedule, retrievedSchedule, writtenSchedule } from './schedule-json.js';
import { type FakeSchedule, scheduledTasks } from './schedule-store.js';
import type { FakeEnvironment } from './types.js';

/** Schedules, for root and unrestricted keys only; and the time zones that they may run in. */
export function scheduleHandlers(table: RouteTable): HttpHandler[] {
  const path = '/api/v1/schedules';
  // Nobody asks who it is before telling that the method is wrong.
  const wrong = (): Answer => json(200, { status: 405, body: 'Method Not Allowed' });
  const failing = authenticated(() => unexpectedError);
  const others = { put: wrong, patch: wrong, delete: wrong };
  const toggle = (active: boolean) => ({
    get: () => unexpectedMethod,
    post: authenticated((call, env) => setActive(call, env, active)),
    ...others,
  });
  return [
    ...routes(table, '/api/v1/timezones', {}, { get: timezones }),
    ...routes(table, path, {}, { get: authenticated(list), post: authenticated(create), ...others }),
    ...routes(
      table,
      `${path}/:id`,
      {},
      {
        get: authenticated(retrieve),
        put: authenticated(update),
        delete: authenticated(remove),
        post: failing,
        patch: failing,
      },
    ),
    ...routes(table, `${path}/:id/activate`, {}, toggle(true)),
    ...routes(table, `${path}/:id/deactivate`, {}, toggle(false)),
  ];
}

function authenticated(resolver: (call: Call, env: FakeEnvironment) => Answer | Promise<Answer>) {
  return (call: Call): Answer | Promise<Answer> => {
    const auth = authenticateUnrestricted(call.project, call.request);
    return auth.ok ? resolver(call, auth.value.env) : auth.answer;
  };
}

const zones: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

function timezones({ query }: Call): Answer {
  const excludeUtc = query.get('excludeUtc') === 'true';
  return json(200, { timezones: excludeUtc ? zones.filter((zone) => zone !== 'UTC') : zones });
}

const count = z.coerce.number().int().positive().optional();
const listQuery = z.object({ page: count, perPage: count });

function list({ project, query }: Call, env: FakeEnvironment): Answer {
  const parsed = listQuery.safeParse(Object.fromEntries(query));
  if (!parsed.success) {
    return json(400, { error: 'Invalid request parameters', issues: parsed.error.issues });
  }
  const page = parsed.data.page ?? 1;
  const size = Math.min(parsed.data.perPage ?? 20, 100);
  const all = project.schedules.of(env.name);
  return json(200, {
    data: all.slice((page - 1) * size, page * size).map((schedule) => listedSchedule(project, schedule)),
    pagination: { currentPage: page, totalPages: Math.ceil(all.length / size), count: all.length },
  });
}

const notFound = json(404, { error: 'Schedule not found' });

/** One that runs in the environment of the key; whatever runs elsewhere does not exist for it. */
function visible({ project, param }: Call, env: FakeEnvironment): FakeSchedule | undefined {
  const found = project.schedules.find(env.projectRef, param('id'));
  return found?.env === env.name ? found : undefined;
}

function retrieve(call: Call, env: FakeEnvironment): Answer {
  const schedule = visible(call, env);
  return schedule === undefined ? notFound : json(200, retrievedSchedule(call.project, schedule));
}

function setActive(call: Call, env: FakeEnvironment, active: boolean): Answer {
  const schedule = visible(call, env);
  if (schedule === undefined) {
    return notFound;
  }
  schedule.active = active;
  return json(200, retrievedSchedule(call.project, schedule));
}

function remove(call: Call, env: FakeEnvironment): Answer {
  const schedule = visible(call, env);
  if (schedule === undefined) {
    return notFound;
  }
  call.project.schedules.remove(schedule.id);
  return json(200, { id: schedule.id });
}

const updateBody = z.object({
  task: z.string(),
  cron: z.string(),
  externalId: z.string().optional(),
  timezone: z.string().optional(),
  window: z.string().optional(),
});
const createBody = updateBody.extend({ deduplicationKey: z.string() });

type ScheduleBody = z.infer<typeof updateBody> & { deduplicationKey?: string };

async function create(call: Call, env: FakeEnvironment): Promise<Answer> {
  const body = await jsonBody(call.request, createBody);
  if (!body.ok) {
    return body.answer;
  }
  const { deduplicationKey } = body.value;
  const existing = deduplicationKey === '' ? undefined : call.project.schedules.find(env.projectRef, deduplicationKey);
  return upsert(call, env, existing, body.value);
}

async function update(call: Call, env: FakeEnvironment): Promise<Answer> {
  const existing = call.project.schedules.find(env.projectRef, call.param('id'));
  if (existing !== undefined && existing.env !== env.name) {
    return notFound;
  }
  const body = await jsonBody(call.request, updateBody);
  // An id that nobody knows is not an error: a schedule is created, under another id.
  return body.ok ? upsert(call, env, existing, body.value) : body.answer;
}

function upsert(call: Call, env: FakeEnvironment, existing: FakeSchedule | undefined, body: ScheduleBody): Answer {
  const problem = problemOf(body);
  if (problem !== undefined) {
    return json(422, { error: problem });
  }
  const { project } = call;
  const { task, cron, externalId, timezone = 'UTC', window, deduplicationKey } = body;
  const written = { cron, timezone, window, externalId: externalId || null, env: env.name };
  if (existing === undefined) {
    const { projectRef } = env;
    const added = project.schedules.add({
      projectRef,
      task,
      deduplicationKey: deduplicationKey || undefined,
      ...written,
    });
    return json(200, writtenSchedule(project, added));
  }
  if (existing.type === 'DECLARATIVE') {
    return json(422, { error: 'Cannot update a declarative schedule' });
  }
  // Its task stays, whatever the body says.
  Object.assign(existing, written);
  return json(200, writtenSchedule(project, existing));
}

function problemOf({ cron, timezone, task }: ScheduleBody): string | undefined {
  try {
    parseCron(cron);
  } catch (error) {
    return `Invalid cron expression: ${(error as Error).message}`;
  }
  if (timezone && !zones.includes(timezone)) {
    return `Invalid IANA timezone: '${timezone}'. View the list of valid timezones at ${dashboardUrl}/timezones`;
  }
  if (scheduledTasks.has(task)) {
    return undefined;
  }
  const known = fakeTasks.some((name) => name === task);
  return `Task with identifier ${task} ${known ? 'is not a scheduled task' : 'not found in project'}.`;
}
