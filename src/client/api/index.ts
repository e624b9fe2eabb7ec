import type { EndpointsOf } from '../../api/index.js';
import type { KeyKind } from '../../connection/index.js';
import { type Bind, bound } from './bind.js';
import { type EnvvarsApi, envvarsApi } from './envvars.js';
import { type BranchesApi, branchesApi, type ProjectsApi, projectsApi } from './projects.js';
import { type RunsApi, runsApi } from './runs.js';
import { type SchedulesApi, schedulesApi } from './schedules.js';
import { type SessionsApi, sessionsApi } from './sessions.js';
import { type BatchApi, batchApi, type TasksApi, tasksApi } from './tasks.js';

/** The calls of the documentation, with `RequestOptions` last. Every one passes the gate and throws `ConnectorError`. */
export interface Api {
  readonly tasks: TasksApi;
  readonly batch: BatchApi;
  readonly runs: RunsApi;
  readonly envvars: EnvvarsApi;
  readonly schedules: SchedulesApi;
  readonly sessions: SessionsApi;
  readonly projects: ProjectsApi;
  readonly branches: BranchesApi;
}

/** Channels are opened without a request, by whoever may use one of their endpoints. */
type Opens<Kind extends KeyKind> = 'sessions.records' extends EndpointsOf<Kind> ? 'sessions.open' : never;

type Methods<Namespace extends string, Name extends string> = Name extends `${Namespace}.${infer Method}`
  ? Method
  : never;

type Allowed<Kind extends KeyKind> = EndpointsOf<Kind> | Opens<Kind>;

/** The part of the API that a kind of key may call, cut from the endpoint rows. */
export type ApiFor<Kind extends KeyKind> = {
  readonly [Namespace in keyof Api as [Methods<Namespace, Allowed<Kind>>] extends [never] ? never : Namespace]: Pick<
    Api[Namespace],
    Methods<Namespace, Allowed<Kind>> & keyof Api[Namespace]
  >;
};

/** Builds the namespaces. `bind` is asked once a method call, so that all requests of one call go to one connection. */
export function createApi(bind: Bind): Api {
  const calls = bound(bind);
  return {
    tasks: tasksApi(calls),
    batch: batchApi(calls),
    runs: runsApi(calls),
    envvars: envvarsApi(calls),
    schedules: schedulesApi(calls),
    sessions: sessionsApi(calls),
    projects: projectsApi(calls),
    branches: branchesApi(calls),
  };
}
