import { type BatchTriggered, type EndpointInput, type EndpointOutput, triggerBatch } from '../../endpoints/index.js';
import type { RequestOptions } from '../send.js';
import { type Bound, given, isoOf, type WithDates } from './bind.js';

type Options = NonNullable<EndpointInput<'tasks.trigger'>['options']>;

/** The options of a run; `delay` may be a `Date`, and a queue its name. */
export type TriggerTaskOptions = Omit<WithDates<Options, 'delay'>, 'queue'> & {
  queue?: Options['queue'] | string;
};

export interface BatchItem {
  /** Any JSON value; a `Date` travels as ISO 8601 text. */
  payload?: unknown;
  options?: TriggerTaskOptions | undefined;
}

export interface BatchOptions {
  /** A second batch with the same key is refused (`conflict`). Keys of single items find their runs instead. */
  idempotencyKey?: string;
}

export interface TasksApi {
  /**
   * Triggers a task.
   * @see https://trigger.dev/docs/management/tasks/trigger
   */
  trigger(
    taskId: string,
    payload?: unknown,
    options?: TriggerTaskOptions,
    requestOptions?: RequestOptions,
  ): Promise<EndpointOutput<'tasks.trigger'>>;
  /**
   * Triggers one task up to 1,000 times; a wrong item is named by its index, before anything is sent.
   * @see https://trigger.dev/docs/management/tasks/batch-trigger
   */
  batchTrigger(
    taskId: string,
    items: readonly BatchItem[],
    options?: BatchOptions,
    requestOptions?: RequestOptions,
  ): Promise<BatchTriggered>;
}

export interface BatchApi {
  /**
   * Triggers several tasks at once, up to 1,000 runs; `id` is that of the task.
   * @see https://trigger.dev/docs/triggering#batch-trigger
   */
  trigger(
    items: readonly (BatchItem & { id: string })[],
    options?: BatchOptions,
    requestOptions?: RequestOptions,
  ): Promise<BatchTriggered>;
  /** @see https://trigger.dev/docs/management/batches/retrieve */
  retrieve(batchId: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'batch.retrieve'>>;
}

/** The options as the endpoint takes them. */
function runOptions(options: TriggerTaskOptions | undefined): Options | undefined {
  if (typeof options !== 'object' || options === null) {
    return options;
  }
  const { delay, queue, ...rest } = options;
  return {
    ...rest,
    ...given({ delay: isoOf(delay), queue: typeof queue === 'string' ? { name: queue } : queue }),
  } as Options;
}

function runOf(item: BatchItem): { payload?: unknown; options?: Options } {
  const { options, ...rest } = item ?? {};
  return { ...rest, ...given({ options: runOptions(options) }) };
}

/** What is no list is left to the gate, which names it. */
const eachOf = <Item, Result>(items: readonly Item[], change: (item: Item) => Result): Result[] =>
  Array.isArray(items) ? items.map(change) : (items as unknown as Result[]);

export const tasksApi = ({ one, several }: Bound): TasksApi => ({
  trigger: (taskId, payload, options, requestOptions) =>
    one('tasks.trigger', { taskId, payload, ...given({ options: runOptions(options) }) }, requestOptions),
  batchTrigger: (taskId, items, options, requestOptions) =>
    several(requestOptions, (ask) =>
      triggerBatch(ask, 'tasks.batchTrigger', { taskId, items: eachOf(items, runOf), ...options }),
    ),
});

export const batchApi = ({ one, several }: Bound): BatchApi => ({
  trigger: (items, options, requestOptions) =>
    several(requestOptions, (ask) =>
      triggerBatch(ask, 'batch.trigger', {
        items: eachOf(items, ({ id, ...item }) => ({ taskId: id, ...runOf(item) })),
        ...options,
      }),
    ),
  retrieve: (batchId, requestOptions) => one('batch.retrieve', { batchId }, requestOptions),
});
