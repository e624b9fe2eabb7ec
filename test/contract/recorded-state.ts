import type { FakeProject, RunPatch } from '../fake-api/index.js';
import { type ShapeMessage, statusOfStored } from '../fake-api/run-shape.js';
import type { NewSession } from '../fake-api/session-store.js';
import type { NewBatch } from '../fake-api/types.js';
import type { RecordedWorld } from './recorded-world.js';
import { type EndpointName, endpointOf, type Recording } from './recordings.js';

const CHAT = 'chat-6e36c0';

/** What requests that were not kept had done before. */
const before: Readonly<Record<string, (project: FakeProject) => void>> = {
  '07-trigger/356-one-time-trigger-token-b-first-use-after-a-was-spent-in-the-same-env.json': ({ spentTokens }) =>
    spentTokens.add('trigger prod'),
  '08-batch/387-v3-items-complete.json': (project) => {
    const { id } = project.createRun('prod');
    const batch = { id: 'batch_cmwr4tm5b009lgw7dfvr91o5g', runCount: 2, indexes: new Set([0]), runs: [id] };
    project.batches.add('prod', batch);
  },
  '09-run-ops/434-reschedule-delayed.json': (project) => {
    // Set after this one was recorded, and shown by the next.
    project.updateRun('run_cmwr4ttpb00akgw7dgdhe0vwz', { metadata: undefined });
  },
  '10-sessions/459-create-same-externalid-again.json': (project) => {
    const { id } = project.createRun('prod', { taskIdentifier: 'chat-agent' });
    const session = { id: 'session_cmwr4tucq00awgw7d628haw3t', externalId: CHAT, taskIdentifier: 'chat-agent' };
    project.sessions.add('prod', { ...session, currentRunId: id, tags: ['s1'] });
  },
  '10-sessions/497-create-with-closed-externalid.json': ({ sessions }) => {
    const session = sessions.find('prod', CHAT);
    if (session !== undefined) {
      sessions.update(session, { closedAt: '2026-11-22T01:02:27.700Z' });
    }
  },
};

export const preparedFiles = Object.keys(before);

/** Whether a recording changes what later ones show, or shows what an earlier one changed. */
export function isWrite(endpoint: EndpointName | undefined, { request }: Recording): boolean {
  const reads = request.method === 'GET' || request.method === 'OPTIONS';
  return (
    endpoint === 'channels' ||
    (['tasks.trigger', 'runs.operations', 'batches', 'sessions'].includes(endpoint ?? '') && !reads)
  );
}

/** Batches, sessions and runs that the recording shows, as it shows them. */
export function prepare(world: RecordedWorld, recording: Recording): void {
  const { project } = world;
  before[recording.file]?.(project);
  const { request, response } = recording;
  if (request.method !== 'GET' || response.status !== 200) {
    return;
  }
  const body = world.translate(response.body);
  const endpoint = endpointOf(recording);
  if (endpoint === 'batches') {
    const batch = body as NewBatch & { id: string };
    if (project.batches.get(batch.id) === undefined) {
      const { id, runCount, createdAt, updatedAt, runs } = batch;
      project.batches.add('prod', { id, runCount, createdAt, updatedAt, runs, sealed: true } as NewBatch);
    }
  }
  if (endpoint === 'sessions') {
    for (const row of (body as { data?: NewSession[] }).data ?? [body as NewSession]) {
      const known = project.sessions.find('prod', row.id ?? '');
      project.sessions.update(known ?? project.sessions.add('prod', row), row);
    }
  }
  if (endpoint === 'realtime') {
    for (const { value } of body as ShapeMessage[]) {
      if (value !== undefined) {
        showRow(project, value);
      }
    }
  }
}

function showRow(project: FakeProject, row: Record<string, string | null>): void {
  const id = row['friendlyId'] ?? '';
  const date = (name: string): string | undefined => (row[name] === null ? undefined : `${row[name]}Z`);
  const parsed = (name: string): unknown => (row[name] === null ? undefined : JSON.parse(row[name] ?? 'null'));
  const fields: RunPatch = {
    status: statusOfStored(row['status'] ?? ''),
    taskIdentifier: row['taskIdentifier'] ?? '',
    updatedAt: date('updatedAt'),
    startedAt: date('startedAt'),
    finishedAt: date('completedAt'),
    durationMs: Number(row['usageDurationMs']),
    payload: parsed('payload'),
    output: parsed('output'),
    tags: [...(row['runTags'] ?? '').matchAll(/"([^"]*)"/g)].map(([, tag]) => tag ?? ''),
  };
  if (project.run(id) === undefined) {
    project.createRun('prod', { id, createdAt: date('createdAt') });
  }
  project.updateRun(id, fields);
}
