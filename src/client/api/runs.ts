import type { EndpointInput, EndpointOutput, RealtimeRun, Run } from '../../api/index.js';
import {
  runsCancel,
  runsReplay,
  runsReschedule,
  runsRetrieve,
  runsSubscribeToBatch,
  runsSubscribeToRun,
  runsSubscribeToRunsWithTag,
} from '../../api/index.js';
import { type Serializer, unpacked } from '../../gate/index.js';
import { mergedRuns } from '../merged-runs.js';
import { type PagePromise, pagePromise } from '../pages.js';
import { type SubscribeOptions, subscribe } from '../realtime.js';
import type { RequestOptions } from '../send.js';
import { type Bound, boundNow, given, idOf, isoOf, millisecondsOf, once, type WithDates } from './bind.js';

/**
 * As the endpoint's input; `from` and `to` may be `Date`, milliseconds since 1970 or ISO 8601.
 * Without `from`, everything is listed, not the last seven days.
 */
export type RunsListParams = WithDates<EndpointInput<'runs.list'>, 'from' | 'to'>;

type RunOrId = string | { readonly id: string };

export interface RunsApi {
  /**
   * Runs, newest first. A personal access token needs the project ref, given first or by the connection; without an
   * environment it lists those of staging, prod and preview together. Where the server refuses the time window as too
   * much (422), the list goes on in narrower ones: pages may then be short, and there is no previous page.
   * @see https://trigger.dev/docs/management/runs/list
   */
  list: {
    (projectRef: string, params?: RunsListParams, requestOptions?: RequestOptions): PagePromise<Run>;
    (params?: RunsListParams, requestOptions?: RequestOptions): PagePromise<Run>;
  };
  /** @see https://trigger.dev/docs/management/runs/retrieve */
  retrieve(run: RunOrId, requestOptions?: RequestOptions): Promise<EndpointOutput<'runs.retrieve'>>;
  /** @see https://trigger.dev/docs/management/runs/cancel */
  cancel(run: RunOrId, requestOptions?: RequestOptions): Promise<EndpointOutput<'runs.cancel'>>;
  /**
   * Runs the task again with the same payload; never sent twice, for each makes a run.
   * @see https://trigger.dev/docs/management/runs/replay
   */
  replay(run: RunOrId, requestOptions?: RequestOptions): Promise<EndpointOutput<'runs.replay'>>;
  /** @see https://trigger.dev/docs/management/runs/reschedule */
  reschedule(
    run: RunOrId,
    params: { delay: string | Date },
    requestOptions?: RequestOptions,
  ): Promise<EndpointOutput<'runs.reschedule'>>;
  /**
   * Follows a run until it has ended. Needs the package `@electric-sql/client`. The iterator rejects with
   * `invalid_response` for what no Trigger.dev API sends, and with `network`, `timeout`, `server_error` or
   * `rate_limited` after five requests in a row without a response. The next request waits until the runs that came are
   * read; while nothing new comes, at most four go out a second.
   * @see https://trigger.dev/docs/realtime/backend/subscribe
   */
  subscribeToRun(run: RunOrId, options?: SubscribeOptions): AsyncIterable<RealtimeRun>;
  /** Follows the runs that have all of these tags, until `signal` aborts; at most 24 hours back. */
  subscribeToRunsWithTag(
    tag: string | readonly string[],
    filters?: { createdAt?: string },
    options?: SubscribeOptions,
  ): AsyncIterable<RealtimeRun>;
  /** Follows the runs of a batch, until `signal` aborts. */
  subscribeToBatch(batch: RunOrId, options?: SubscribeOptions): AsyncIterable<RealtimeRun>;
}

/** Payload and output where the server names their type; those that it has read already stay as they are. */
function readRun(run: EndpointOutput<'runs.retrieve'>, serializer: Serializer | undefined): typeof run {
  if (serializer === undefined) {
    return run;
  }
  const { outputType, payloadType } = run as { outputType?: unknown; payloadType?: unknown };
  const read = (content: unknown, type: unknown) => unpacked('runs.retrieve', content, type, serializer);
  return {
    ...run,
    ...('payload' in run && { payload: read(run.payload, payloadType) }),
    ...('output' in run && { output: read(run.output, outputType) }),
  };
}

export const runsApi = ({ bind, one }: Bound): RunsApi => ({
  list: (first?: string | RunsListParams, second?: RunsListParams | RequestOptions, third?: RequestOptions) => {
    const positional = typeof first === 'string';
    const { from, to, ...rest } = ((positional ? second : first) ?? {}) as RunsListParams;
    const requestOptions = (positional ? third : second) as RequestOptions | undefined;
    // The positional project ref wins over one among the options, as the documentation passes both.
    const { after, before, ...input } = {
      ...rest,
      ...given({ from: millisecondsOf(from), to: millisecondsOf(to) }),
      ...(positional && { projectRef: first }),
    } as EndpointInput<'runs.list'>;
    const pages = once(() => mergedRuns(bind(), input, requestOptions));
    return pagePromise<Run>(async (cursor) => pages()(cursor), given({ after, before }));
  },
  retrieve: async (run, requestOptions) => {
    const call = bind();
    return readRun(await call(runsRetrieve, { runId: idOf(run) }, requestOptions), call.serializer);
  },
  cancel: (run, requestOptions) => one(runsCancel, { runId: idOf(run) }, requestOptions),
  replay: (run, requestOptions) => one(runsReplay, { runId: idOf(run) }, requestOptions),
  reschedule: (run, params, requestOptions) =>
    one(runsReschedule, { ...params, runId: idOf(run), delay: isoOf(params?.delay) }, requestOptions),
  subscribeToRun: (run, options) => subscribe(boundNow(bind), runsSubscribeToRun, { runId: idOf(run) }, options, true),
  subscribeToRunsWithTag: (tag, filters, options) =>
    subscribe(
      boundNow(bind),
      runsSubscribeToRunsWithTag,
      { tags: (typeof tag === 'string' ? [tag] : tag) as string[], ...filters },
      options,
    ),
  subscribeToBatch: (batch, options) =>
    subscribe(boundNow(bind), runsSubscribeToBatch, { batchId: idOf(batch) }, options),
});
