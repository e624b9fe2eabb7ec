import type * as z from 'zod';
import type { KeyKind } from '../connection/index.js';
import { batchAddItems, batchRetrieve } from './batches.js';
import { sessionsAppend, sessionsRecords, sessionsSubscribe } from './channels.js';
import type { Endpoint, Repeat } from './endpoint.js';
import { envvarsCreate, envvarsDel, envvarsList, envvarsRetrieve, envvarsUpdate, envvarsUpload } from './envvars.js';
import { branchesList, projectsEnvironments, projectsList, whoami } from './projects.js';
import { runsSubscribeToBatch, runsSubscribeToRun, runsSubscribeToRunsWithTag } from './realtime.js';
import { runsCancel, runsList, runsReplay, runsReschedule, runsRetrieve } from './runs.js';
import {
  schedulesActivate,
  schedulesCreate,
  schedulesDeactivate,
  schedulesDel,
  schedulesList,
  schedulesRetrieve,
  schedulesTimezones,
  schedulesUpdate,
} from './schedules.js';
import { sessionsClose, sessionsList, sessionsRetrieve, sessionsStart, sessionsUpdate } from './sessions.js';
import { batchTrigger, tasksBatchTrigger, tasksTrigger } from './tasks.js';
import { tokensClaims, tokensCreate } from './tokens.js';

const rows = {
  'tasks.trigger': tasksTrigger,
  'tasks.batchTrigger': tasksBatchTrigger,
  'batch.trigger': batchTrigger,
  'batch.addItems': batchAddItems,
  'batch.retrieve': batchRetrieve,
  'runs.list': runsList,
  'runs.retrieve': runsRetrieve,
  'runs.cancel': runsCancel,
  'runs.replay': runsReplay,
  'runs.reschedule': runsReschedule,
  'runs.subscribeToRun': runsSubscribeToRun,
  'runs.subscribeToRunsWithTag': runsSubscribeToRunsWithTag,
  'runs.subscribeToBatch': runsSubscribeToBatch,
  'envvars.list': envvarsList,
  'envvars.retrieve': envvarsRetrieve,
  'envvars.create': envvarsCreate,
  'envvars.upload': envvarsUpload,
  'envvars.update': envvarsUpdate,
  'envvars.del': envvarsDel,
  'schedules.list': schedulesList,
  'schedules.create': schedulesCreate,
  'schedules.retrieve': schedulesRetrieve,
  'schedules.update': schedulesUpdate,
  'schedules.activate': schedulesActivate,
  'schedules.deactivate': schedulesDeactivate,
  'schedules.del': schedulesDel,
  'schedules.timezones': schedulesTimezones,
  'sessions.start': sessionsStart,
  'sessions.list': sessionsList,
  'sessions.retrieve': sessionsRetrieve,
  'sessions.update': sessionsUpdate,
  'sessions.close': sessionsClose,
  'sessions.append': sessionsAppend,
  'sessions.records': sessionsRecords,
  'sessions.subscribe': sessionsSubscribe,
  'projects.list': projectsList,
  'projects.environments': projectsEnvironments,
  'branches.list': branchesList,
  'tokens.claims': tokensClaims,
  'tokens.create': tokensCreate,
  whoami,
} as const;

type Rows = typeof rows;

export type EndpointName = keyof Rows;
export type EndpointInput<Name extends EndpointName> = z.input<Rows[Name]['input']>;
export type EndpointOutput<Name extends EndpointName> = z.output<Rows[Name]['output']>;

/** The kinds of key that may call an endpoint, read off its routes. */
export type KindsOf<Name extends EndpointName> = Rows[Name]['routes'][number]['kinds'][number];

/** The endpoints that a kind of key may call; a client's type is cut down to these. */
export type EndpointsOf<Kind extends KeyKind> = {
  [Name in EndpointName]: Kind extends KindsOf<Name> ? Name : never;
}[EndpointName];

/** Every endpoint, by name: the one table of what is called where, and by whom. */
export const endpoints: { readonly [Name in EndpointName]: Endpoint } = rows as unknown as Record<
  EndpointName,
  Endpoint
>;

export const endpointNames = Object.keys(rows) as EndpointName[];

const callable = new Set(
  endpointNames.flatMap((name) =>
    endpoints[name].routes.flatMap((route) => route.kinds.map((kind) => `${name} ${kind}`)),
  ),
);

/** May this kind of key call this endpoint? */
export function supports(endpoint: EndpointName, kind: KeyKind): boolean {
  return callable.has(`${endpoint} ${kind}`);
}

/** The kinds that may call it, for messages and tables. */
export function kindsFor(endpoint: EndpointName): KeyKind[] {
  return [...new Set(endpoints[endpoint].routes.flatMap((route) => route.kinds))];
}

/** May this call be sent twice? Asked only of an input that passed the gate. */
export function repeatOf(name: EndpointName, input: unknown): Repeat {
  const { repeat } = endpoints[name];
  return typeof repeat === 'function' ? repeat(input) : repeat;
}

/** The input schema of an endpoint, with its own type. */
export function inputOf<Name extends EndpointName>(name: Name): Rows[Name]['input'] {
  return rows[name].input;
}
