import type { HttpHandler } from 'msw';
import { allows, authenticateEnvironment, type EnvironmentAccess } from './auth.js';
import { batchOf, batchResources } from './batches.js';
import { duration } from './list-query.js';
import { type Answer, forbidden, json } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';
import { type ShapeMessage, shapeMessage, shapeSchema, upToDate } from './run-shape.js';
import { vocabularyOf } from './run-status.js';
import type { StoredRun } from './run-store.js';
import { readableAs } from './runs.js';

/** GET /realtime/v1/runs/:id · /realtime/v1/runs?tags= · /realtime/v1/batches/:id, as shapes of ElectricSQL. */
export function realtimeHandlers(table: RouteTable): HttpHandler[] {
  const shared = { crossOrigin: true };
  return [
    ...route(table, 'get', '/realtime/v1/runs', shared, subscribeToTags),
    ...route(table, 'get', '/realtime/v1/runs/:runId', shared, subscribeToRun),
    ...route(table, 'get', '/realtime/v1/batches/:batchId', shared, subscribeToBatch),
  ];
}

/** Some runs, by a rule that new ones may come to match. */
interface Shape {
  handle: string;
  runs(): readonly StoredRun[];
}

const notFound: Answer = json(404, { error: 'Not found' }, { 'x-should-retry': 'false' });
const DAY = 86_400_000;
const MINUTE = 60_000;

async function subscribeToRun(call: Call): Promise<Answer> {
  const auth = await authenticateEnvironment(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const stored = call.project.store.get(call.param('runId'));
  if (stored === undefined || stored.run.env !== auth.value.env.name) {
    return notFound;
  }
  return allows(auth.value, ['read'], readableAs(stored.run))
    ? follow(call, auth.value, { handle: `run-${stored.internalId}`, runs: () => [stored] })
    : forbidden;
}

async function subscribeToTags(call: Call): Promise<Answer> {
  const { project, query } = call;
  const auth = await authenticateEnvironment(project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const tags = query.get('tags')?.split(',').filter(Boolean) ?? [];
  // A scope for one of the tags is enough, although all of them must be on a run.
  const resources = [{ type: 'runs' }, { type: 'tags' }, ...tags.map((id) => ({ type: 'tags', id }))];
  if (!allows(auth.value, ['read'], resources)) {
    return forbidden;
  }
  const now = project.now();
  const age = Math.min(duration(query.get('createdAt')) ?? DAY, DAY);
  const pinned = Number(/^runs_(\d+)_/.exec(query.get('handle') ?? query.get('shape_id') ?? '')?.[1]);
  // The handle keeps where the window began, so that it does not move while somebody follows.
  const since = pinned >= now - DAY - MINUTE ? pinned : Math.floor((now - age) / MINUTE) * MINUTE;
  return follow(call, auth.value, {
    handle: `runs_${since}_${project.store.revision}`,
    runs: () =>
      project.store
        .sorted(auth.value.env.name)
        .filter(({ run, createdMs }) => createdMs > since && tags.every((tag) => run.tags.includes(tag))),
  });
}

async function subscribeToBatch(call: Call): Promise<Answer> {
  const { project } = call;
  const auth = await authenticateEnvironment(project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const batch = batchOf(project, auth.value, call.param('batchId'));
  if (batch === undefined) {
    return notFound;
  }
  return allows(auth.value, ['read'], batchResources(batch.id))
    ? follow(call, auth.value, {
        handle: `${batch.id}_${project.store.revision}`,
        runs: () => batch.runs.flatMap((id) => project.store.get(id) ?? []),
      })
    : forbidden;
}

/** All rows at first; then, `live`, those that have changed since, as soon as any has, or none after a while. */
async function follow(call: Call, access: EnvironmentAccess, shape: Shape): Promise<Answer> {
  const { project, request, query } = call;
  const handle = query.get('handle') ?? query.get('shape_id');
  const offset = query.get('offset') ?? '-1';
  const skip = access.skipColumns?.length ? access.skipColumns : (query.get('skipColumns')?.split(',') ?? []);
  const isCurrent = vocabularyOf(request) === 'current';
  const schema = { 'electric-schema': shapeSchema(skip) };
  if (offset === '-1' || handle === null || query.get('live') !== 'true') {
    const rows = shape.runs();
    const messages = rows.map(({ run }) => shapeMessage(run, 'insert', skip, isCurrent));
    return shapeAnswer(call, handle ?? shape.handle, rows, [...messages, upToDate], schema);
  }
  const seen = Number(offset.split('_')[1]);
  const deadline = performance.now() + project.longPollMs;
  const changed = (): StoredRun[] => shape.runs().filter(({ revision }) => revision > seen);
  for (let left = project.longPollMs; changed().length === 0 && left > 0; left = deadline - performance.now()) {
    if (!(await project.store.nextChange(left, request.signal))) {
      break;
    }
  }
  const rows = changed();
  const messages = rows.map(({ run, bornRevision }) =>
    shapeMessage(run, bornRevision > seen ? 'insert' : 'update', skip, isCurrent),
  );
  return shapeAnswer(call, handle, rows, [...messages, upToDate], {
    'electric-cursor': String(project.store.revision),
  });
}

function shapeAnswer(
  { project, request, query }: Call,
  handle: string,
  rows: readonly StoredRun[],
  messages: readonly ShapeMessage[],
  headers: Record<string, string>,
): Answer {
  const seenMs = Number.parseInt(query.get('offset') ?? '', 10);
  const newestMs = Math.max(0, seenMs || 0, ...rows.map(({ run }) => Date.parse(run.updatedAt)));
  const offset = `${newestMs}_${project.store.revision}`;
  // Older clients do not say their version, and know these headers by other names.
  const named: Record<string, string> = request.headers.has('x-trigger-electric-version')
    ? { 'electric-offset': offset, 'electric-handle': handle }
    : { 'electric-chunk-last-offset': offset, 'electric-shape-id': handle };
  return json(200, messages, {
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': '*',
    ...named,
    ...headers,
  });
}
