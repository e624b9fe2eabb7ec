import type * as z from 'zod';
import type { Connection, Environment, KeyKind } from '../connection/index.js';

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
 * May the same request be sent twice? `safe`: it reads. `keyed`: the server recognises the repeat by its
 * request idempotency key. `once`: never after bytes may have left.
 */
export type Repeat = 'safe' | 'keyed' | 'once';

export type Query = Readonly<Record<string, string>>;

export interface Endpoint<Input = unknown, Output = unknown> {
  readonly name: string;
  /** The name under which the documentation's support table lists it; absent where it lists none. */
  readonly documentedAs?: string;
  readonly summary: string;
  /** Page of the API reference. */
  readonly docs: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly routes: readonly Route[];
  readonly repeat: Repeat;
  readonly input: z.ZodType<Input, unknown>;
  readonly output: z.ZodType<Output, unknown>;
  /** Overrides of the connection's project and environment in the input. */
  readonly target?: (input: Input) => { projectRef?: string | undefined; environment?: Environment | undefined };
  /** Path parameters besides `projectRef` and `environment`. */
  readonly params?: (input: Input) => Readonly<Record<string, string>>;
  readonly query?: (input: Input, context: { connection: Connection; target: Target; route: Route }) => Query;
  /** The JSON body; absent means none. */
  readonly body?: (input: Input) => unknown;
}

/** What leaves the gate: never a secret, never an origin. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute path, encoded, without a query. */
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
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
