import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConnectorError } from '../../errors/index.js';

const bytes = 32;

const unusable = (message: string) => new ConnectorError('store_unavailable', message);

/** A key as text: 64 hexadecimal digits, or 32 bytes as base64 or base64url. */
export function keyFromText(text: string, source: string): Uint8Array {
  const trimmed = text.trim();
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
  return new Uint8Array(key);
}

/** The key in a file that only its owner reads. Throws `store_unavailable` where others may read it too. */
export function readKeyFile(path: string): Uint8Array {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw unusable(`Others can read the key file ${path}. Run: chmod 600 ${path}`);
  }
  return keyFromText(readFileSync(path, 'utf8'), `The key file ${path}`);
}

export const keyFileOf = (storePath: string) => `${storePath}.key`;
const nextOf = (path: string) => `${path}.next`;

/** The key file of a store: made where there is none yet, finished where a rotation was cut off. */
export function openKeyFile(path: string, isCurrent: (key: Uint8Array) => boolean): Uint8Array {
  const next = nextOf(path);
  if (existsSync(next)) {
    // Sealed with the new key, a store needs it; otherwise the rotation never came to anything.
    if (isCurrent(readKeyFile(next))) {
      renameSync(next, path);
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
  return { key, use: () => renameSync(next, path) };
}
