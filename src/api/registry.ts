import type * as z from 'zod';
import type { KeyKind } from '../connection/index.js';
import { rows } from './all-rows.js';
import type { Endpoint, EndpointRow, Repeat } from './endpoint.js';
import { later } from './schema/later.js';

type Rows = typeof rows;

export type EndpointName = keyof Rows;
export type EndpointInput<Name extends EndpointName> = z.input<ReturnType<Rows[Name]['input']>>;
export type EndpointOutput<Name extends EndpointName> = z.output<ReturnType<Rows[Name]['output']>>;

/** The kinds of key that may call an endpoint, read off its routes. */
export type KindsOf<Name extends EndpointName> = Rows[Name]['routes'][number]['kinds'][number];

/** The endpoints that a kind of key may call; a client's type is cut down to these. */
export type EndpointsOf<Kind extends KeyKind> = {
  [Name in EndpointName]: Kind extends KindsOf<Name> ? Name : never;
}[EndpointName];

function endpointOf(row: EndpointRow): Endpoint {
  const [input, output] = [later(row.input), later(row.output)];
  return {
    ...row,
    get input() {
      return input();
    },
    get output() {
      return output();
    },
  };
}

/** Every endpoint, by name. */
export const endpoints = Object.fromEntries(
  Object.entries(rows as unknown as Record<EndpointName, EndpointRow>).map(([name, row]) => [name, endpointOf(row)]),
) as { readonly [Name in EndpointName]: Endpoint };

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
export function inputOf<Name extends EndpointName>(name: Name): ReturnType<Rows[Name]['input']> {
  return endpoints[name].input as unknown as ReturnType<Rows[Name]['input']>;
}
