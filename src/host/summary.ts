import { createHash } from 'node:crypto';
import type { Connection } from '../connection/index.js';

/** What may be shown and stored of a connection: everything but the key. */
export interface ConnectionSummary {
  readonly id: string;
  readonly kind: string;
  readonly environment: string | null;
  readonly projectRef: string | null;
  readonly previewBranch: string | null;
  readonly baseUrl: string;
}

/**
 * The same key and target give the same id, so a second start finds its records again;
 * another key or target gives another, so records of two places never mix.
 */
export function summarise(connection: Connection): ConnectionSummary {
  const { baseUrl, environment, kind, previewBranch, projectRef } = connection;
  const identity = [connection.key.reveal(), baseUrl, projectRef, environment, previewBranch].join('\n');
  const mark = createHash('sha256').update(identity).digest('hex').slice(0, 10);
  return {
    id: `${kind === 'pat' ? 'pat-' : ''}${environment ?? 'key'}-${mark}`,
    kind,
    environment: environment ?? null,
    projectRef: projectRef ?? null,
    previewBranch: previewBranch ?? null,
    baseUrl,
  };
}
