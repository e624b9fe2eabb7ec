import type { FakeProject } from './project.js';
import { type FakeBatch, isTerminal } from './types.js';

/** As the API shows it; only the newer path tells how the items fared. */
export function batchJson(project: FakeProject, batch: FakeBatch, withProcessing: boolean): object {
  const runs = batch.runs.flatMap((id) => project.run(id) ?? []);
  const done = batch.sealed && runs.every(({ status }) => isTerminal(status));
  const lastChange = runs.map(({ updatedAt }) => updatedAt).sort();
  return {
    id: batch.id,
    status: done ? 'COMPLETED' : 'PENDING',
    idempotencyKey: batch.idempotencyKey,
    createdAt: batch.createdAt,
    updatedAt: done ? (lastChange.at(-1) ?? batch.updatedAt) : batch.updatedAt,
    runCount: batch.runCount,
    runs: batch.runs,
    ...(withProcessing ? { processing: { errors: [] } } : {}),
  };
}
