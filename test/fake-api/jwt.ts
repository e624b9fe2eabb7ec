import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import type { FakeProject } from './project.js';
import type { FakeEnvironment } from './types.js';

const ISSUER = 'https://id.trigger.dev';
const AUDIENCE = 'https://api.trigger.dev';

export interface PublicTokenOptions {
  scopes: readonly string[];
  /** An hour unless given; negative for a token that has expired already. */
  expiresInSeconds?: number;
  /** What triggers or starts a batch once only. */
  oneTime?: boolean;
}

/** What a public token grants, once its signature has been checked. */
export interface PublicTokenGrant {
  env: FakeEnvironment;
  scopes: readonly string[];
  isPublic: true;
  oneTime: boolean;
  skipColumns: readonly string[];
}

/** Signed with the key of the environment; a branch's is its parent's. */
export function signPublicToken(
  { now }: Pick<FakeProject, 'now'>,
  env: FakeEnvironment,
  { scopes, expiresInSeconds = 3600, oneTime = false }: PublicTokenOptions,
): Promise<string> {
  const issuedAt = Math.floor(now() / 1000);
  return new SignJWT({ sub: env.id, pub: true, scopes: [...scopes], ...(oneTime ? { otu: true } : {}) })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime(issuedAt + expiresInSeconds)
    .setIssuedAt(issuedAt)
    .sign(new TextEncoder().encode(env.rootKey));
}

/**
 * Whether the one-time token was good for this. The server keeps the mark by environment, not by token: the second
 * token of an environment is spent before its first use.
 */
export function spendToken({ spentTokens }: FakeProject, use: 'trigger' | 'batch', env: FakeEnvironment): boolean {
  const mark = `${use} ${env.name}`;
  const isFirst = !spentTokens.has(mark);
  spentTokens.add(mark);
  return isFirst;
}

interface Claims {
  sub?: string;
  pub?: unknown;
  scopes?: unknown;
  otu?: unknown;
  realtime?: { skipColumns?: string[] };
}

/** The claims of anything that says it is a public token, whoever signed it. */
export function claimsOf(token: string): Claims | undefined {
  try {
    const claims = decodeJwt<Claims>(token);
    return claims.pub === true ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** The grant, or the error as the server words it. */
export async function verifyPublicToken(
  project: FakeProject,
  token: string,
  claims: Claims,
): Promise<PublicTokenGrant | string> {
  const env = project.environments.find(({ id }) => id === claims.sub);
  if (env === undefined) {
    return 'Invalid Public Access Token';
  }
  try {
    await jwtVerify(token, new TextEncoder().encode(env.rootKey), {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['HS256'],
      currentDate: new Date(project.now()),
    });
  } catch {
    return 'Public Access Token is invalid';
  }
  return {
    env,
    scopes: Array.isArray(claims.scopes) ? claims.scopes.map(String) : [],
    isPublic: true,
    oneTime: claims.otu === true,
    skipColumns: claims.realtime?.skipColumns ?? [],
  };
}
