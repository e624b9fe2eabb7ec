import type { Secret } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import type { Environment, KeyKind } from './key.js';

/** A checked connection: what every call, sync and action starts from. Immutable, and safe to print. */
export interface Connection {
  readonly key: Secret;
  readonly kind: KeyKind;
  /** The environment of a secret key, or the one chosen for a personal access token. */
  readonly environment?: Environment;
  readonly projectRef?: string;
  /** Origin, such as `https://api.trigger.dev`. */
  readonly baseUrl: string;
  /** Sent as `x-trigger-branch`, and only for preview or a named dev branch. */
  readonly previewBranch?: string;
  /** What the operator allowed; transports check it again at every send. */
  readonly policy: ConnectionPolicy;
}

/** Is it a token in JWT form? It names its environment itself, and the server goes by that. */
export function isToken(kind: KeyKind): boolean {
  return kind === 'publicAccessToken' || kind === 'triggerToken';
}

/** Is the environment fixed by the key itself? */
export function isEnvironmentKey(kind: KeyKind): boolean {
  return kind === 'root' || kind === 'additional' || kind === 'unknown';
}
