import type * as z from 'zod';
import type { Connection, Environment, KeyKind } from '../connection/index.js';
import type { Serializer } from './serializer.js';

/** Where a call goes: the connection's own fields, or those given with the call. */
export interface Target {
  readonly projectRef?: string;
  readonly environment?: Environment;
  readonly previewBranch?: string;
}

/** A path and who may use it; an endpoint with two paths has a row for each. */
export interface Route {
  readonly kinds: readonly KeyKind[];
  /** `{name}` is one segment, always encoded. */
  readonly path: string;
  /** What must be known before anything is sent. */
  readonly needs?: readonly ('projectRef' | 'environment')[];
  /** Why the server would answer for something else than was asked, by target; refused with this message. */
  readonly ambiguous?: { readonly dev?: string; readonly branch?: string };
}

/**
 * May the same request be sent twice? `safe`: it reads. `idempotent`: twice changes no more than once.
 * `keyed`: the server recognises the repeat by the key in a header. `once`: never after bytes may have left.
 */
export type Repeat = 'safe' | 'idempotent' | 'keyed' | 'once';

export type Query = Readonly<Record<string, string>>;

/** One row: what is called where, and by whom. */
export interface Endpoint<Input = unknown, Output = unknown> {
  readonly name: string;
  /** The name under which the documentation's support table lists it; absent where it lists none. */
  readonly documentedAs?: string;
  readonly summary: string;
  /** Page of the API reference. */
  readonly docs: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly routes: readonly Route[];
  readonly repeat: Repeat | ((input: Input) => Repeat);
  /** The header of the key of a `keyed` request; the one of the trigger routes where left out. */
  readonly keyHeader?: string;
  /** Any of these lets a token in JWT form call it; `{name}` is of the input, `*` what only the server knows. */
  readonly scopes?: readonly string[];
  /** An older route: it takes unrestricted secret keys only, and answers 401 to a restricted one as to a wrong one. */
  readonly fullAccess?: true;
  /** Made when it is first called. */
  readonly input: () => z.ZodType<Input, unknown>;
  readonly output: () => z.ZodType<Output, unknown>;
  /** Overrides of the connection's project and environment in the input. */
  readonly target?: (input: Input) => { projectRef?: string | undefined; environment?: Environment | undefined };
  /** Why this input is not for this kind of key, where the path alone does not tell. */
  readonly refuses?: (input: Input, kind: KeyKind) => string | undefined;
  /** Path parameters besides `projectRef` and `environment`. */
  readonly params?: (input: Input) => Readonly<Record<string, string>>;
  readonly query?: (input: Input, context: { connection: Connection; target: Target; route: Route }) => Query;
  /** Headers of this endpoint alone. */
  readonly headers?: (input: Input) => Readonly<Record<string, string>>;
  /** The body; absent means none. */
  readonly body?: (input: Input, context: { readonly serializer?: Serializer | undefined }) => unknown;
  /** How the body travels: JSON, or the text that `body` gives under this content type. */
  readonly contentType?: 'application/json' | 'application/x-ndjson' | 'text/plain';
  /** The answer is a stream of server-sent events. */
  readonly streams?: true;
}

/** Any row, with types of its own. */
export type AnyEndpoint = Omit<Endpoint<never>, 'input' | 'output'> & {
  readonly input: () => z.ZodType;
  readonly output: () => z.ZodType;
};

export type InputOf<Row extends AnyEndpoint> = z.input<ReturnType<Row['input']>>;
export type OutputOf<Row extends AnyEndpoint> = z.output<ReturnType<Row['output']>>;

/** The kinds that may call it, for messages and tables. */
export const kindsFor = ({ routes }: Pick<Endpoint, 'routes'>): KeyKind[] => [
  ...new Set(routes.flatMap(({ kinds }) => kinds)),
];

/** May this call be sent twice? Asked only of an input that passed the gate. */
export function repeatOf({ repeat }: Pick<AnyEndpoint, 'repeat'>, input: unknown): Repeat {
  return typeof repeat === 'function' ? repeat(input as never) : repeat;
}

/** What leaves the gate: never a secret, never an origin. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute path, encoded, without a query. */
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or the text that `content-type` names. */
  readonly body?: string;
}

/** What a transport brings back. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The parsed JSON, or the text where it is not JSON. */
  readonly body: unknown;
}
