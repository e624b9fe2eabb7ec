import type { KeyKind } from '../connection/index.js';
import type {
  EndpointInput,
  EndpointOutput,
  EndpointsOf,
  RunsListInput,
  TasksTriggerInput,
} from '../endpoints/index.js';
import type { Run } from '../models/index.js';
import type { Call } from './call.js';
import { type PagePromise, pagePromise } from './pages.js';
import type { RequestOptions } from './send.js';

/** As the endpoint's input, with `Date` where a time is meant. */
export type RunsListParams = Omit<RunsListInput, 'from' | 'to'> & {
  /** Created at or after: `Date`, milliseconds since 1970, or ISO 8601. Left out: everything, not the last seven days. */
  from?: Date | number | string | undefined;
  /** Created at or before: `Date`, milliseconds since 1970, or ISO 8601. */
  to?: Date | number | string | undefined;
};

export type TriggerTaskOptions = NonNullable<TasksTriggerInput['options']>;

/** The calls of the documentation, with `RequestOptions` last. Every one passes the gate and throws `ConnectorError`. */
export interface Api {
  tasks: {
    /** @see https://trigger.dev/docs/management/tasks/trigger */
    trigger(
      taskId: string,
      payload?: unknown,
      options?: TriggerTaskOptions,
      requestOptions?: RequestOptions,
    ): Promise<EndpointOutput<'tasks.trigger'>>;
  };
  runs: {
    /**
     * Runs, newest first. A personal access token needs the project ref, given first or by the connection.
     * @see https://trigger.dev/docs/management/runs/list
     */
    list: {
      (projectRef: string, params?: RunsListParams, requestOptions?: RequestOptions): PagePromise<Run>;
      (params?: RunsListParams, requestOptions?: RequestOptions): PagePromise<Run>;
    };
    /** @see https://trigger.dev/docs/management/runs/retrieve */
    retrieve(run: string | { id: string }, requestOptions?: RequestOptions): Promise<EndpointOutput<'runs.retrieve'>>;
  };
  envvars: {
    /**
     * The variables of one environment; project and environment of the connection where left out.
     * @see https://trigger.dev/docs/management/envvars/list
     */
    list: {
      (
        projectRef: string,
        environment: string,
        requestOptions?: RequestOptions,
      ): Promise<EndpointOutput<'envvars.list'>>;
      (requestOptions?: RequestOptions): Promise<EndpointOutput<'envvars.list'>>;
    };
  };
}

type Methods<Namespace extends string, Name extends string> = Name extends `${Namespace}.${infer Method}`
  ? Method
  : never;

/** The part of the API that a kind of key may call, cut from the endpoint rows. */
export type ApiFor<Kind extends KeyKind> = {
  readonly [Namespace in keyof Api as [Methods<Namespace, EndpointsOf<Kind>>] extends [never]
    ? never
    : Namespace]: Pick<Api[Namespace], Methods<Namespace, EndpointsOf<Kind>> & keyof Api[Namespace]>;
};

const milliseconds = (value: Date | number | string | undefined) => (value instanceof Date ? value.getTime() : value);

function runsListInput({ from, to, ...rest }: RunsListParams): EndpointInput<'runs.list'> {
  const times = { from: milliseconds(from), to: milliseconds(to) };
  return {
    ...rest,
    ...(times.from !== undefined && { from: times.from }),
    ...(times.to !== undefined && { to: times.to }),
  };
}

/** Builds the namespaces. `bind` is asked once a method call, so that all pages of one list go to one connection. */
export function createApi(bind: () => Call): Api {
  return {
    tasks: {
      trigger: (taskId, payload, options, requestOptions) =>
        bind()('tasks.trigger', { taskId, payload, ...(options !== undefined && { options }) }, requestOptions),
    },
    runs: {
      list: (first?: string | RunsListParams, second?: RunsListParams | RequestOptions, third?: RequestOptions) => {
        const positional = typeof first === 'string';
        const params = (positional ? second : first) as RunsListParams | undefined;
        const requestOptions = (positional ? third : second) as RequestOptions | undefined;
        // The positional project ref wins over one among the options, as the documentation passes both.
        const input = { ...runsListInput(params ?? {}), ...(positional && { projectRef: first }) };
        const call = bind();
        return pagePromise<Run>(async (cursor) => {
          const { after, before, ...rest } = input;
          const position =
            Object.keys(cursor).length > 0 ? cursor : { ...(after && { after }), ...(before && { before }) };
          return call('runs.list', { ...rest, ...position }, requestOptions);
        });
      },
      retrieve: (run, requestOptions) =>
        bind()('runs.retrieve', { runId: typeof run === 'string' ? run : run?.id }, requestOptions),
    },
    envvars: {
      list: (first?: string | RequestOptions, environment?: string, requestOptions?: RequestOptions) =>
        typeof first === 'string'
          ? bind()('envvars.list', { projectRef: first, environment } as EndpointInput<'envvars.list'>, requestOptions)
          : bind()('envvars.list', {}, first),
    },
  };
}
