import { endpoints, supports } from '../api/index.js';
import type { KeyKind } from '../connection/index.js';
import { actionFacts } from './action-table.js';
import type { FunctionSource } from './functions.js';

/** Kinds of key that a connection can have. */
const kinds: readonly KeyKind[] = ['root', 'additional', 'pat', 'unknown'];

/** Verbs whose actions take something away, or put it in the place of what was there. */
const destructive = /^(?:cancel|close|deactivate|delete|reschedule|update|upload)-/;

/** What hosts and tools need to know of each action beside its schemas: `schemas/actions.json`. */
export function actionCatalogue(functions: readonly FunctionSource[]): string {
  const entries = actionFacts(functions).map(({ description, endpoint, idempotent, name }) => ({
    name,
    description,
    endpoint,
    docs: endpoints[endpoint].docs,
    kinds: kinds.filter((kind) => supports(endpoint, kind)),
    readOnly: endpoints[endpoint].method === 'GET',
    destructive: destructive.test(name),
    idempotent,
    mintsToken: endpoint === 'tokens.create',
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}
