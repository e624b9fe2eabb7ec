import type { EndpointInput, EndpointOutput } from '../../api/index.js';
import {
  type BatchTriggered,
  batchRetrieve,
  batchTrigger,
  tasksBatchTrigger,
  tasksTrigger,
  triggerBatch,
} from '../../api/index.js';
import type { Ask, HttpResponse } from '../../gate/index.js';
import { checkTokenOptions, type PublicTokenOptions, withToken } from '../handle.js';
import type { RequestOptions } from '../send.js';
import { type Bound, given, isoOf, type WithDates } from './bind.js';

type Options = NonNullable<EndpointInput<'tasks.trigger'>['options']>;

/** The options of a run; `delay` may be a `Date`, and a queue its name. */
export type TriggerTaskOptions = Omit<WithDates<Options, 'delay'>, 'queue'> & {
  queue?: Options['queue'] | string;
};

/** What was triggered, with a token that reads it for 15 minutes or as `publicTokenOptions` says. */
export type WithToken<Handle> = Handle & { readonly publicAccessToken?: string };

interface TokenOptions {
  /** How long the token of the handle lasts. With an additional key this costs one more request. */
  publicTokenOptions?: PublicTokenOptions;
}

export interface BatchItem {
  /** As the payload of `trigger`. */
  payload?: unknown;
  options?: TriggerTaskOptions | undefined;
}

export interface BatchOptions extends TokenOptions {
  /** A second batch with the same key is refused (`conflict`). Keys of single items find their runs instead. */
  idempotencyKey?: string;
}

export interface TasksApi {
  /**
   * Triggers a task. What the JSON of its payload would lose, such as a `Map`, throws `payload_unserialisable` with its
   * path; a `Date` becomes ISO 8601 text, members that are undefined are left out.
   * @see https://trigger.dev/docs/management/tasks/trigger
   */
  trigger(
    taskId: string,
    payload?: unknown,
    options?: TriggerTaskOptions & TokenOptions,
    requestOptions?: RequestOptions,
  ): Promise<WithToken<EndpointOutput<'tasks.trigger'>>>;
  /**
   * Triggers one task up to 1,000 times; a wrong item is named by its index, before anything is sent.
   * @see https://trigger.dev/docs/management/tasks/batch-trigger
   */
  batchTrigger(
    taskId: string,
    items: readonly BatchItem[],
    options?: BatchOptions,
    requestOptions?: RequestOptions,
  ): Promise<WithToken<BatchTriggered>>;
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
  ): Promise<WithToken<BatchTriggered>>;
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

/** A batch trigger whose handle has a token: the headers of its first answer tell for which environment. */
function batchTriggered(
  { several }: Bound,
  endpoint: typeof tasksBatchTrigger | typeof batchTrigger,
  input: Omit<EndpointInput<'batch.trigger'>, 'items'> & { items: unknown },
  all: BatchOptions | undefined,
  requestOptions: RequestOptions | undefined,
): Promise<WithToken<BatchTriggered>> {
  const { publicTokenOptions, ...options } = all ?? {};
  return several(requestOptions, async (_, call) => {
    checkTokenOptions(publicTokenOptions, call.now());
    let headers: HttpResponse['headers'] = {};
    const ask: Ask = async (asked, given) => {
      const answer = await call.answer(asked, given, requestOptions);
      headers = asked.name === endpoint.name ? answer.headers : headers;
      return answer.output;
    };
    const batch = await triggerBatch(ask, endpoint, { ...input, ...options } as never, call.serializer);
    return withToken(batch, `read:batch:${batch.batchId}`, headers, publicTokenOptions, call);
  });
}

export const tasksApi = (bound: Bound): TasksApi => ({
  trigger: (taskId, payload, all, requestOptions) =>
    bound.several(requestOptions, async (_, call) => {
      const { publicTokenOptions, ...options } = all ?? {};
      checkTokenOptions(publicTokenOptions, call.now());
      const given = runOptions(Object.keys(options).length === 0 ? undefined : options);
      const input = { taskId, payload, ...(given !== undefined && { options: given }) };
      const { headers, output } = await call.answer(tasksTrigger, input, requestOptions);
      return withToken(output, `read:runs:${output.id}`, headers, publicTokenOptions, call);
    }),
  batchTrigger: (taskId, items, options, requestOptions) =>
    batchTriggered(bound, tasksBatchTrigger, { taskId, items: eachOf(items, runOf) } as never, options, requestOptions),
});

export const batchApi = (bound: Bound): BatchApi => ({
  trigger: (items, options, requestOptions) =>
    batchTriggered(
      bound,
      batchTrigger,
      {
        items: eachOf(items, (item) => {
          const { id, ...run } = item ?? {};
          return { taskId: id, ...runOf(run) };
        }),
      },
      options,
      requestOptions,
    ),
  retrieve: (batchId, requestOptions) => bound.one(batchRetrieve, { batchId }, requestOptions),
});
