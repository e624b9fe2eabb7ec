import { ConnectorError } from '../../errors/index.js';

function storeError(error: unknown): ConnectorError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new ConnectorError('store_locked');
  }
  return new ConnectorError(
    'store_unavailable',
    `The record store cannot be used${code === '' ? '' : ` (${code})`}. Check that its folder exists, is writable and has space.`,
  );
}

/** Every call into SQLite, so that no native error leaves the store. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConnectorError ? error : storeError(error);
  }
}
