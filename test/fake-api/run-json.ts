import { environmentNamed } from './environments.js';
import { statusFlags, statusName, type Vocabulary } from './run-status.js';
import type { StoredRun } from './run-store.js';
import type { FakeRun } from './types.js';

const byName = (tags: readonly string[]): string[] => [...tags].sort((a, b) => a.localeCompare(b));

/** A row of a run list. Absent fields vanish in the JSON. */
function listItem(run: FakeRun, vocabulary: Vocabulary): object {
  const env = environmentNamed(run.env);
  const status = statusName(run.status, vocabulary);
  return {
    id: run.id,
    status,
    taskIdentifier: run.taskIdentifier,
    idempotencyKey: run.idempotencyKey,
    version: run.version,
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    delayedUntil: run.delayedUntil,
    isTest: run.isTest,
    ttl: run.ttl,
    expiredAt: run.expiredAt,
    env: { id: env.id, name: env.slug, user: env.owner },
    tags: byName(run.tags),
    costInCents: run.costInCents,
    baseCostInCents: run.baseCostInCents,
    durationMs: run.durationMs,
    depth: run.depth,
    metadata: run.metadata,
    taskKind: run.taskKind,
    region: run.region,
    ...statusFlags(status),
  };
}

export function listItemJson(stored: StoredRun, vocabulary: Vocabulary): string {
  let rendered = stored.rendered.get(vocabulary);
  if (rendered === undefined) {
    rendered = JSON.stringify(listItem(stored.run, vocabulary));
    stored.rendered.set(vocabulary, rendered);
  }
  return rendered;
}

/** One run with its payload and, when it completed, its output. */
export function retrieved(run: FakeRun, vocabulary: Vocabulary): object {
  const status = statusName(run.status, vocabulary);
  return {
    id: run.id,
    taskIdentifier: run.taskIdentifier,
    idempotencyKey: run.idempotencyKey,
    version: run.version,
    status,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    updatedAt: run.updatedAt,
    finishedAt: run.finishedAt,
    expiredAt: run.expiredAt,
    delayedUntil: run.delayedUntil,
    ttl: run.ttl,
    costInCents: run.costInCents,
    baseCostInCents: run.baseCostInCents,
    durationMs: run.durationMs,
    isTest: run.isTest,
    depth: run.depth,
    tags: byName(run.tags),
    ...statusFlags(status),
    triggerFunction: run.batchId === undefined ? 'trigger' : 'batchTrigger',
    batchId: run.batchId,
    metadata: run.metadata,
    region: run.region,
    payload: run.payload,
    output: run.status === 'COMPLETED' ? run.output : undefined,
    error: run.error,
    attemptCount: run.attemptCount,
    // Attempts were removed from the API; the empty list stayed.
    attempts: [],
    relatedRuns: { children: [] },
  };
}
