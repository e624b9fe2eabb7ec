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
  batchSave(records: { id: string }[], model: string): unknown;
  getCheckpoint(): Promise<unknown>;
  saveCheckpoint(checkpoint: Record<string, string | number | boolean>): Promise<unknown>;
  log(message: string): unknown;
}
