import { scopeParts } from '../api/index.js';
import { ConnectorError } from '../errors/index.js';
import { isTriggerOnly, readToken } from './claims.js';

export interface TokenInspection {
  readonly kind: 'publicAccessToken' | 'triggerToken';
  /** As they travel, such as `read:runs:run_1234`. */
  readonly scopes: readonly string[];
  /** The same in words. */
  readonly permissions: readonly string[];
  /** The server's id of the environment or branch. */
  readonly environment?: string;
  /** Unix seconds. */
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  readonly expired: boolean;
  readonly singleUse: boolean;
}

const verbs: Readonly<Record<string, string>> = {
  read: 'read',
  write: 'write',
  trigger: 'trigger',
  batchTrigger: 'batch trigger',
};

const things: Readonly<Record<string, readonly [string, string]>> = {
  runs: ['the run', 'all runs'],
  tasks: ['runs of the task', 'runs of all tasks'],
  tags: ['runs with the tag', 'runs with any tag'],
  batch: ['the batch', 'all batches'],
  waitpoints: ['the waitpoint', 'all waitpoints'],
  sessions: ['the session', 'all sessions'],
  inputStreams: ['the input streams of the run', 'all input streams'],
};

function inWords(scope: string): string {
  const { action, id, type } = scopeParts(scope);
  if (action === 'admin' && type === undefined) {
    return 'do everything in the environment';
  }
  const verb = Object.hasOwn(verbs, action) ? verbs[action] : undefined;
  const [one, all] = (Object.hasOwn(things, type ?? '') ? things[type ?? ''] : undefined) ?? [];
  if (verb === undefined || one === undefined || all === undefined) {
    return scope;
  }
  const what = action.endsWith('rigger') ? one.replace('runs of ', '') : one;
  return id === undefined ? `${verb} ${action.endsWith('rigger') ? 'all tasks' : all}` : `${verb} ${what} ${id}`;
}

/** What a token is and may do, for people; the signature is not checked. Throws `token_malformed`. */
export function inspectToken(token: string, now: number = Date.now()): TokenInspection {
  const { claims } = readToken(token);
  if (claims.pub !== true) {
    throw new ConnectorError('token_malformed', 'This token is not a public token of Trigger.dev.');
  }
  const { exp, iat, otu, scopes, sub } = claims;
  return {
    kind: isTriggerOnly(claims) ? 'triggerToken' : 'publicAccessToken',
    scopes,
    permissions: scopes.map(inWords),
    ...(sub !== undefined && { environment: sub }),
    ...(iat !== undefined && { issuedAt: iat }),
    ...(exp !== undefined && { expiresAt: exp }),
    expired: exp !== undefined && exp * 1000 <= now,
    singleUse: otu === true,
  };
}
