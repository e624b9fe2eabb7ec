import { createHash } from 'node:crypto';
import { ConnectorError } from '../../errors/index.js';

/** Seals texts so that a store copied without the key gives nothing. */
export interface Vault {
  /** Names the key without telling it. */
  readonly keyId: string;
  /** `owner` is bound to the text: sealed for one connection, it opens for no other. */
  seal(owner: string, text: string): Promise<string>;
  /** Throws `store_unavailable` for another key, another owner or a changed text. */
  open(owner: string, sealed: string): Promise<string>;
}

const keyIdOf = (key: Uint8Array) => createHash('sha256').update('key id').update(key).digest('hex').slice(0, 16);

/** A vault over a key of 32 bytes: JWE, direct, A256GCM (RFC 7516). */
export function createVault(key: Uint8Array): Vault {
  const keyId = keyIdOf(key);
  return {
    keyId,
    seal: async (owner, text) => {
      const { CompactEncrypt } = await import('jose');
      return new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyId, sub: owner })
        .encrypt(key);
    },
    open: async (owner, sealed) => {
      const { compactDecrypt } = await import('jose');
      const opened = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      }).catch(() => undefined);
      if (opened === undefined || opened.protectedHeader['sub'] !== owner) {
        throw new ConnectorError(
          'store_unavailable',
          'A stored credential cannot be opened: the key is not the one it was sealed with. Set TRIGGER_CONNECTOR_KEY, or put the key file back beside the store.',
        );
      }
      return new TextDecoder().decode(opened.plaintext);
    },
  };
}
