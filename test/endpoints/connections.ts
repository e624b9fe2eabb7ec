import { type Connection, connectionFromValues, type KeyKind } from '../../src/connection/index.js';
import { Secret } from '../../src/errors/index.js';
import { keys } from '../connection/cases.js';

export const ref = 'proj_abcdefghij';

/** A connection with nothing but its key, unless more is given. */
export const connect = (apiKey: string, more: Readonly<Record<string, string>> = {}): Connection =>
  connectionFromValues({ apiKey, ...more }, { allowUnknownKey: true });

/** One of every kind, each with all that an endpoint may need: what is refused is refused for its kind alone. */
export const connections = {
  root: connect(keys.prod, { projectRef: ref }),
  additional: connect(keys.additional, { projectRef: ref }),
  pat: connect(keys.pat, { projectRef: ref, environment: 'prod' }),
  publicAccessToken: ofKind('publicAccessToken', keys.jwt),
  triggerToken: ofKind('triggerToken', keys.jwt),
  organizationToken: ofKind('organizationToken', keys.organization),
  userActorToken: ofKind('userActorToken', keys.userActor),
  publicKey: ofKind('publicKey', keys.publicKey),
  unknown: connect(keys.newFamily, { projectRef: ref, environment: 'prod' }),
} as const satisfies Readonly<Record<KeyKind, Connection>>;

export const allKinds = Object.keys(connections) as KeyKind[];

function ofKind(kind: KeyKind, key: string): Connection {
  return { ...connect(keys.prod, { projectRef: ref, environment: 'prod' }), kind, key: new Secret(key) };
}

/** An input that each endpoint takes. */
export const inputs = {
  'tasks.trigger': { taskId: 'send-invoice', payload: { amount: 5 } },
  'runs.list': {},
  'runs.retrieve': { runId: 'run_abc' },
  'envvars.list': {},
  'projects.environments': {},
} as const;

/** The code of what a function throws, or nothing where it throws nothing. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
