import { cachedRun, startRun } from './create-run.js';
import { type Parsed, refused, typeName } from './json-body.js';
import { type Answer, json } from './problems.js';
import type { FakeProject } from './project.js';
import type { TriggerBody } from './trigger-body.js';
import type { FakeBatch, FakeEnvironment } from './types.js';

export interface BatchItem extends TriggerBody {
  index: number;
  task: string;
}

/** One item a line. */
export function parseItems(text: string): Parsed<BatchItem[]> {
  const items: BatchItem[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    if (line.trim() === '') {
      continue;
    }
    let item: unknown;
    try {
      item = JSON.parse(line);
    } catch (error) {
      return refused(400, `Invalid JSON at line ${number + 1}: ${(error as Error).message}`);
    }
    const { index, task } = typeName(item) === 'object' ? (item as BatchItem) : { index: -1, task: '' };
    if (!Number.isInteger(index) || index < 0 || typeof task !== 'string' || task === '') {
      return refused(422, `Invalid item at index ${items.length}`);
    }
    items.push(item as BatchItem);
  }
  return { ok: true, value: items };
}

/** Takes what is new; the batch is sealed, and accepts no more, once every index has come. */
export function acceptItems(
  project: FakeProject,
  env: FakeEnvironment,
  batch: FakeBatch,
  items: readonly BatchItem[],
): Answer {
  const { id, runCount } = batch;
  if (batch.sealed) {
    return json(422, { error: `Batch ${id} is already sealed and cannot accept more items` });
  }
  let accepted = 0;
  for (const { index, task, ...body } of items) {
    if (index >= runCount) {
      return json(422, { error: `Item index ${index} exceeds batch runCount ${runCount}` });
    }
    if (!batch.indexes.has(index)) {
      const wanted = { taskId: task, body, batchId: id };
      batch.runs.push((cachedRun(project, env, wanted) ?? startRun(project, env, wanted)).id);
      batch.indexes.add(index);
      accepted += 1;
    }
  }
  batch.sealed = batch.indexes.size === runCount;
  batch.updatedAt = new Date(project.now()).toISOString();
  const counts = { id, itemsAccepted: accepted, itemsDeduplicated: items.length - accepted, sealed: batch.sealed };
  return json(
    200,
    batch.sealed
      ? { ...counts, runCount }
      : { ...counts, enqueuedCount: batch.indexes.size, expectedCount: runCount, runCount },
  );
}
