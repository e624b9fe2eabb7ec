import type { ConnectionPolicy } from '../../src/connection/index.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { fakeKeys, unknownKeys } from '../fake-api/keys.js';

/** A code and its field. */
export type Problem = readonly [ErrorCode, string];

export interface ValidCase {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly policy?: ConnectionPolicy;
  /** The connection without its key and policy; `baseUrl` where it is not the default. */
  readonly connection: Readonly<Record<string, string>>;
  readonly warnings?: readonly Problem[];
}

export interface InvalidCase {
  readonly title: string;
  readonly values: unknown;
  readonly policy?: ConnectionPolicy;
  /** All of them, in order. */
  readonly issues: readonly Problem[];
}

const key = (...parts: string[]): string => parts.join('_');
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJwdWIiOnRydWV9', 'ZmFrZVNpZ25hdHVyZQ'].join('.');

export const keys = {
  dev: fakeKeys['root:dev'],
  staging: fakeKeys['root:stg'],
  prod: fakeKeys['root:prod'],
  preview: fakeKeys['root:preview'],
  additional: fakeKeys['additional:full'],
  additionalPreview: key('tr', 'preview', 'sk', 'Fake'.repeat(6)),
  pat: fakeKeys['pat:alice'],
  newFamily: key('tr', 'x9', 'Fake'.repeat(5)),
  organization: key('tr', 'oat', 'Fake'.repeat(8)),
  userActor: key('tr', 'uat', jwt),
  publicKey: unknownKeys['unknown:public'],
  jwt,
  stripe: key('sk', 'live', 'Fake'.repeat(6)),
} as const;
