import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { expect } from 'vitest';
import type { FakeProject } from '../fake-api/index.js';

type Claims = Record<string, unknown> & { sub?: string; exp?: number; iat?: number };

const masked = /^\{\{jwt (.*)\}\}$/s;

/**
 * A token of ours that claims what the recording says of its own, wherever one stands in an Authorization header. The
 * claims name our environments already; `translate` is for a token that stands there in full.
 */
export async function withToken(
  project: FakeProject,
  header: string,
  credential: string,
  translate: <T>(value: T) => T,
): Promise<string> {
  const token = header.replace(/^Bearer /, '');
  if (token.startsWith('eyJ') && token.endsWith('.')) {
    return `Bearer ${new UnsecuredJWT(translate(decodeJwt(token))).encode()}`;
  }
  const text = masked.exec(token)?.[1];
  if (text === undefined) {
    return header;
  }
  const claims = JSON.parse(text) as Claims;
  return `Bearer ${await sign(claims, signingKey(project, claims, credential))}`;
}

/** The environment's own key, but for the recordings that tried another. */
function signingKey({ environments, keys }: FakeProject, { sub }: Claims, credential: string): string {
  if (credential.endsWith('key prod')) {
    return keys['root:prod'];
  }
  if (credential.endsWith('WRONG SIGNATURE')) {
    return keys['root:stg'];
  }
  return environments.find(({ id }) => id === sub)?.rootKey ?? keys['root:prod'];
}

const sign = (claims: Claims, key: string): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key));

/** Whether a token says what the recorded one did, from its issue to its expiry; ids are masked by the caller. */
export function expectSameClaims(token: string, recorded: string, mask: (text: string) => string): void {
  const ours = decodeJwt(token) as Claims;
  const theirs = JSON.parse(masked.exec(recorded)?.[1] ?? '') as Claims;
  expect((ours.exp ?? 0) - (ours.iat ?? 0)).toBe((theirs.exp ?? 0) - (theirs.iat ?? 0));
  const lasting = ({ exp: _, iat: __, ...rest }: Claims): unknown => JSON.parse(mask(JSON.stringify(rest)));
  expect(lasting(ours)).toEqual(lasting(theirs));
}
