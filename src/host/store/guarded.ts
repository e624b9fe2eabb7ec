import { ConnectorError } from '../../errors/index.js';

const advice: readonly { codes: readonly string[]; message: string }[] = [
  {
    codes: ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'],
    message: 'There is no space left for the record store. Free some, then run again: what was stored before is kept',
  },
  {
    codes: ['SQLITE_READONLY', 'EACCES', 'EPERM', 'EROFS'],
    message: 'The record store cannot be written to. Make its file and folder writable, or choose another path',
  },
  {
    codes: ['SQLITE_CORRUPT', 'SQLITE_NOTADB'],
    message: 'The file of the record store is damaged, or no record store. Move it away and sync again',
  },
];

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Does somebody else hold the lock? */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

const lockedOut = new WeakSet<object>();

/** Is it the error of a write that met the lock of another process, so that nothing was done? */
export const isLockedOut = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && lockedOut.has(error);

function storeError(error: unknown): ConnectorError {
  if (isBusy(error)) {
    const locked = new ConnectorError(
      'store_locked',
      'Another process is writing to the record store. Wait until it has finished or stop it, then try again.',
    );
    lockedOut.add(locked);
    return locked;
  }
  const code = codeOf(error);
  // SQLite tells more in a suffix, such as SQLITE_READONLY_DIRECTORY.
  const known = advice.find(({ codes }) => codes.some((start) => code.startsWith(start)));
  const message =
    known?.message ??
    'The record store cannot be used. Check that its folder exists, is writable and has space, or choose another path';
  return new ConnectorError('store_unavailable', `${message}${code === '' ? '' : ` (${code})`}.`);
}

/** Every call into SQLite, so that no native error leaves the store. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConnectorError ? error : storeError(error);
  }
}
