import type * as z from 'zod';
import type { KeyKind } from '../connection/index.js';
import type { Endpoint } from './endpoint.js';
import { environmentsList } from './environments.js';
import { envvarsList } from './envvars.js';
import { runsList, runsRetrieve } from './runs.js';
import { tasksTrigger } from './tasks.js';

const rows = {
  'tasks.trigger': tasksTrigger,
  'runs.list': runsList,
  'runs.retrieve': runsRetrieve,
  'envvars.list': envvarsList,
  'environments.list': environmentsList,
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
