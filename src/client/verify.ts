import type { Connection } from '../connection/index.js';
import { ConnectorError, type ErrorCode } from '../errors/index.js';
import type { ProjectEnvironment } from '../models/index.js';
import { callerFor } from './call.js';
import type { RequestOptions } from './send.js';
import type { Transport } from './transport.js';

export interface Verification {
  /** `limited`: a real key without the scope that was asked. `unverifiable`: no Trigger.dev API answered. */
  readonly status: 'valid' | 'limited' | 'rejected' | 'unverifiable';
  readonly code?: ErrorCode;
  readonly message: string;
  /** Of the project, with a personal access token. */
  readonly environments?: readonly ProjectEnvironment[];
}

const rejecting = new Set<ErrorCode>([
  'unauthorized',
  'branch_header_required',
  'branch_not_found',
  'project_not_found',
  'project_ref_invalid',
  'environment_not_found',
]);

function verdictOf(error: ConnectorError): Verification {
  const { code, message } = error;
  if (code === 'forbidden') {
    return {
      status: 'limited',
      code,
      message: 'The key is real but may not list runs; calls that it may make will work.',
    };
  }
  return { status: rejecting.has(code) ? 'rejected' : 'unverifiable', code, message };
}

/**
 * Asks the API whether a connection works: one request that only reads. Answers for every outcome;
 * rejects only with `aborted`.
 */
export async function verifyConnection(
  connection: Connection,
  { transport, ...options }: RequestOptions & { transport?: Transport } = {},
): Promise<Verification> {
  const call = callerFor(connection, transport);
  try {
    if (connection.kind === 'pat') {
      const environments = await call('environments.list', {}, options);
      return {
        status: 'valid',
        message: `The token works; the project has ${environments.length} environments.`,
        environments,
      };
    }
    await call('runs.list', { limit: 1 }, options);
    return { status: 'valid', message: `The key works in ${connection.environment ?? 'its environment'}.` };
  } catch (error) {
    if (error instanceof ConnectorError && error.code !== 'aborted') {
      return verdictOf(error);
    }
    throw error;
  }
}
