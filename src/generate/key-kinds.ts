import { type EndpointName, endpoints, supports } from '../api/index.js';
import type { KeyKind } from '../connection/index.js';

/** The kinds of key as documents name them, in the order of their columns. */
export const columns: readonly { kind: KeyKind; title: string }[] = [
  { kind: 'root', title: 'Secret key' },
  { kind: 'additional', title: 'Additional key' },
  { kind: 'pat', title: 'Personal access token' },
  { kind: 'publicAccessToken', title: 'Public access token' },
  { kind: 'triggerToken', title: 'Trigger token' },
];

/** Only keys that a connection can hold. */
export const connectable = columns.filter(({ kind }) => kind === 'root' || kind === 'additional' || kind === 'pat');

/** A restricted additional key is refused by the older routes as a wrong key is. */
export const unrestrictedOnly = (name: EndpointName, kind: KeyKind) =>
  supports(name, kind) && kind === 'additional' && endpoints[name].fullAccess === true;
