import type { NangoConnection } from '../connection/index.js';

/** The part of Nango's `nango` object that our functions use; Nango's own and the local host's both fit. */
export interface NangoBase {
  getConnection(): Promise<NangoConnection>;
  proxy(config: {
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    endpoint: string;
    params?: Record<string, string>;
    headers?: Record<string, string>;
    data?: unknown;
    retries?: number;
  }): Promise<{ status: number; headers: unknown; data: unknown }>;
  ActionError: new (payload: Record<string, unknown>) => Error;
}

export interface NangoSync extends NangoBase {
  /** What the customer set on the connection; {} or null for nothing. */
  getMetadata(): Promise<unknown>;
  batchSave(records: { id: string }[], model: string): unknown;
  /** Keeps what is passed as the body of the deleted record. */
  batchDelete(records: { id: string }[], model: string): unknown;
  /** What is stored of them, deleted records too (`_nango_metadata.deleted_at`); at most 100 ids per request. */
  getRecordsByIds(ids: string[], model: string): Promise<Map<string, unknown>> | Map<string, unknown>;
  /** From here on, what is not saved until the end is deleted at the end. */
  trackDeletesStart(model: string): unknown;
  trackDeletesEnd(model: string): unknown;
  getCheckpoint(): Promise<unknown>;
  saveCheckpoint(checkpoint: Record<string, string | number | boolean>): Promise<unknown>;
  /** Nango drops what is below the level of the environment, which is `warn` unless somebody changed it. */
  log(message: string, options?: { level: 'debug' | 'info' | 'warn' | 'error' }): unknown;
}
