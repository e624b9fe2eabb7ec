import { ConnectorError } from '../../errors/index.js';
import type { Ask } from '../../gate/index.js';
import { packed, type Serializer, serialise } from '../../gate/index.js';
import type { EndpointInput } from '../registry.js';
import type { batchTrigger, tasksBatchTrigger } from '../tasks/endpoints.js';
import { batchAddItems } from './endpoints.js';

/** The batch that was created, and how many runs it will have. */
export interface BatchTriggered {
  readonly batchId: string;
  readonly runCount: number;
  readonly isCached: boolean;
}

/** Characters of one request of items: a batch of large payloads goes in several. */
const requestLimit = 4 * 1024 * 1024;

/** Times that all items are sent before an unsealed batch counts as failed. */
const rounds = 3;

interface Item {
  taskId: string;
  payload?: unknown;
  options?: unknown;
}

function itemsOf(input: BatchInput): readonly Item[] {
  const { items, taskId } = (input ?? {}) as { items?: unknown; taskId?: unknown };
  if (!Array.isArray(items)) {
    return [];
  }
  return typeof taskId === 'string' ? items.map((item: object) => ({ ...item, taskId })) : (items as Item[]);
}

type BatchInput = EndpointInput<'tasks.batchTrigger'> | EndpointInput<'batch.trigger'>;

/** The server reads the text of an item as JSON, that of a single trigger not; the SDK names the type as well. */
const typed = (payload: unknown, options: unknown) =>
  typeof payload === 'string' ? { ...(options as object | undefined), payloadType: 'text/plain' } : options;

function* chunks(lines: readonly string[]): Generator<string[]> {
  let chunk: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (chunk.length > 0 && size + line.length > requestLimit) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(line);
    size += line.length;
  }
  yield chunk;
}

/** Does the server have all items now? It refuses more of them where an earlier answer, which was lost, said so. */
async function send(ask: Ask, batchId: string, lines: string[]): Promise<boolean> {
  try {
    return (await ask(batchAddItems, { batchId, lines })).sealed;
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'conflict' && error.status === 422) {
      return true;
    }
    throw error;
  }
}

/**
 * Announces a batch, then sends its items. The server knows an item again by its index,
 * so they are sent again until it says that it has them all.
 */
export async function triggerBatch(
  ask: Ask,
  endpoint: typeof tasksBatchTrigger | typeof batchTrigger,
  input: BatchInput,
  serializer?: Serializer,
): Promise<BatchTriggered> {
  const { name } = endpoint;
  // Every item is made before the batch is announced: a bad one must not leave an empty batch behind.
  const lines = itemsOf(input).map((item, index) => {
    const { options, payload, taskId } = item ?? {};
    const run = packed(name, `items.${index}.payload`, { payload, options: typed(payload, options) }, serializer);
    return serialise(name, { index, task: taskId, ...run }, `items.${index}`);
  });
  const { id, isCached, runCount } = await ask(endpoint, input as never);
  let sealed = false;
  for (let round = 0; !sealed && round < rounds; round += 1) {
    for (const chunk of chunks(lines)) {
      sealed = await send(ask, id, chunk);
    }
  }
  if (!sealed) {
    throw new ConnectorError(
      'invalid_response',
      `${name}: the server did not take all items of ${id}. Runs may be missing: retrieve the batch to see which there are.`,
      { endpoint: name },
    );
  }
  return { batchId: id, runCount, isCached };
}
