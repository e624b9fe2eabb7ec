import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ConnectorError, keepSecret } from '../../errors/index.js';

const bytes = 32;

const unusable = (message: string) => new ConnectorError('store_unavailable', message);

/** A key as text: 64 hexadecimal digits, or 32 bytes as base64 or base64url. */
export function keyFromText(text: string, source: string): Uint8Array {
  const trimmed = text.trim();
  keepSecret(trimmed);
  const key = /^[0-9a-fA-F]{64}$/.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(/^[\w+/-]{43}=?$/.test(trimmed) ? trimmed : '', 'base64');
  if (key.length !== bytes) {
    throw new ConnectorError(
      'input_invalid',
      `${source} must be 32 random bytes as hexadecimal digits or base64, for example from: openssl rand -hex 32`,
    );
  }
  return new Uint8Array(key);
}

function flush(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name outlives a power cut once its folder is on the disk. */
function flushFolder(path: string): void {
  // Windows opens no folder, and notes names by itself.
  if (process.platform !== 'win32') {
    flush(dirname(path), 'r');
  }
}

function replace(next: string, path: string): void {
  renameSync(next, path);
  flushFolder(path);
}

function write(path: string): Uint8Array {
  const key = randomBytes(bytes);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch {
    throw unusable(`The key file ${path} cannot be written. Make its folder writable, or set TRIGGER_CONNECTOR_KEY.`);
  }
  // A umask may have taken rights away, and no more than these are wanted.
  chmodSync(path, 0o600);
  // Before anything is sealed with it: what it sealed would be lost with it.
  flush(path, 'r+');
  flushFolder(path);
  return new Uint8Array(key);
}

/** The key in a file that only its owner reads. Throws `store_unavailable` where others may read it too. */
export function readKeyFile(path: string): Uint8Array {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw unusable(`Others can read the key file ${path}. Run: chmod 600 ${path}`);
  }
  return keyFromText(readFileSync(path, 'utf8'), `The key file ${path}`);
}

/** Beside the file itself: a store opened by a link has the same key. */
export const keyFileOf = (storePath: string) => `${realpathSync(storePath)}.key`;
const nextOf = (path: string) => `${path}.next`;

/** The key file of a store: made where there is none yet, finished where a rotation was cut off. */
export function openKeyFile(path: string, isCurrent: (key: Uint8Array) => boolean): Uint8Array {
  const next = nextOf(path);
  if (existsSync(next)) {
    // Sealed with the new key, a store needs it; otherwise the rotation never came to anything.
    if (isCurrent(readKeyFile(next))) {
      replace(next, path);
    } else {
      rmSync(next);
    }
  }
  return existsSync(path) ? readKeyFile(path) : write(path);
}

/** Makes the next key and returns it with what puts it in the place of the present one. */
export function nextKeyFile(path: string): { key: Uint8Array; use: () => void } {
  const next = nextOf(path);
  rmSync(next, { force: true });
  const key = write(next);
  return { key, use: () => replace(next, path) };
}
