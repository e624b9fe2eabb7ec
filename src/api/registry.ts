import type { KeyKind } from '../connection/index.js';
import type { AnyEndpoint, InputOf, OutputOf } from '../gate/index.js';
import { rows } from './all-rows.js';

type Rows = typeof rows;

export type EndpointName = keyof Rows;
export type EndpointInput<Name extends EndpointName> = InputOf<Rows[Name]>;
export type EndpointOutput<Name extends EndpointName> = OutputOf<Rows[Name]>;

/** The kinds of key that may call an endpoint, read off its routes. */
export type KindsOf<Name extends EndpointName> = Rows[Name]['routes'][number]['kinds'][number];

/** The endpoints that a kind of key may call; a client's type is cut down to these. */
export type EndpointsOf<Kind extends KeyKind> = {
  [Name in EndpointName]: Kind extends KindsOf<Name> ? Name : never;
}[EndpointName];

/** Every endpoint, by name. */
export const endpoints: { readonly [Name in EndpointName]: AnyEndpoint & Rows[Name] } = rows;

export const endpointNames = /* @__PURE__ */ Object.keys(rows) as EndpointName[];

const callable = /* @__PURE__ */ new Set(
  endpointNames.flatMap((name) =>
    endpoints[name].routes.flatMap((route) => route.kinds.map((kind) => `${name} ${kind}`)),
  ),
);

/** May this kind of key call this endpoint? */
export function supports(endpoint: EndpointName, kind: KeyKind): boolean {
  return callable.has(`${endpoint} ${kind}`);
}
