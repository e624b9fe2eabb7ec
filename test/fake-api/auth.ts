import { claimsOf, verifyPublicToken } from './jwt.js';
import type { Answer } from './problems.js';
import { unauthorized } from './problems.js';
import type { Credential, FakeProject } from './project.js';
import type { FakeEnvironment, FakeUser } from './types.js';

export interface EnvironmentAccess {
  env: FakeEnvironment;
  /** Absent: everything is allowed. */
  scopes?: readonly string[];
  /** Granted by a public token. */
  isPublic?: boolean;
  /** Granted by a public token that triggers once only. */
  oneTime?: boolean;
  /** Columns that the token hides from realtime subscribers. */
  skipColumns?: readonly string[];
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; answer: Answer };

const refuse = (error: string): { ok: false; answer: Answer } => ({ ok: false, answer: unauthorized(error) });

/** Exactly `Bearer ` and one space; a bare key counts as a key, a lowercase `bearer` as part of one. */
export function credentialOf(project: FakeProject, request: Request): Credential | undefined {
  const header = request.headers.get('authorization') ?? '';
  return project.credentials.get(header.replace(/^Bearer /, ''));
}

/** A log label for whatever came in: never the credential itself. */
export function credentialLabel(project: FakeProject, authorization: string | null): string {
  if (authorization === null) {
    return 'none';
  }
  const token = authorization.replace(/^Bearer /i, '');
  return project.credentials.get(token)?.label ?? (token.split('.').length === 3 ? 'jwt' : 'unknown');
}

/** What may follow `refs/` and still name a branch. Any other `refs/…` counts as no branch. */
const refPrefix = /^refs\/(?:heads|remotes|tags|pull|merge|release)\//;

export function branchOf(request: Request): string | undefined {
  const raw = request.headers.get('x-trigger-branch')?.trim() ?? '';
  const branch = raw.replace(refPrefix, '');
  return branch === '' || branch.startsWith('refs/') ? undefined : branch;
}

/** Routes for secret keys, which know neither PATs nor the difference between a wrong key and a wrong kind. */
export function authenticateSecretKey(project: FakeProject, request: Request): Outcome<EnvironmentAccess> {
  const credential = credentialOf(project, request);
  if (credential === undefined || credential.kind === 'pat') {
    return refuse('Invalid API key');
  }
  const { env } = credential;
  const access = credential.kind === 'additional' ? { scopes: credential.scopes } : {};
  const branch = branchOf(request);
  if (env.type === 'PREVIEW' && branch === undefined) {
    return refuse('x-trigger-branch header required for preview env');
  }
  if (env.type === 'PREVIEW' || (env.type === 'DEVELOPMENT' && branch !== undefined && branch !== 'default')) {
    const child = project.environments.find((other) => other.parent === env.name && other.branchName === branch);
    return child === undefined ? refuse('No matching branch env') : { ok: true, value: { env: child, ...access } };
  }
  return { ok: true, value: { env, ...access } };
}

export function isPublicToken(request: Request): boolean {
  return claimsOf((request.headers.get('authorization') ?? '').replace(/^Bearer /, '')) !== undefined;
}

/** Routes that take public tokens besides secret keys. A token names its environment: the branch header is ignored. */
export async function authenticateEnvironment(
  project: FakeProject,
  request: Request,
): Promise<Outcome<EnvironmentAccess>> {
  const header = request.headers.get('authorization');
  if (header === null) {
    // Only outside of /api, where no limiter asks for the header first.
    return refuse('Invalid or Missing API key');
  }
  const token = header.replace(/^Bearer /, '');
  const claims = claimsOf(token);
  if (claims === undefined) {
    return authenticateSecretKey(project, request);
  }
  const grant = await verifyPublicToken(project, token, claims);
  return typeof grant === 'string' ? refuse(grant) : { ok: true, value: grant };
}

/** The oldest routes: unrestricted secret keys only, and one text for whatever is wrong. */
export function authenticateUnrestricted(
  project: FakeProject,
  request: Request,
  error = 'Invalid or Missing API Key',
): Outcome<EnvironmentAccess> {
  const auth = authenticateSecretKey(project, request);
  return auth.ok && allows(auth.value, [], []) ? auth : refuse(error);
}

/** Routes for personal access tokens. `kind` is the word the route uses for what it wants. */
export function authenticatePat(project: FakeProject, request: Request, kind = 'PAT'): Outcome<FakeUser> {
  const header = request.headers.get('authorization') ?? '';
  if (!header.startsWith('Bearer tr_pat_')) {
    return refuse(`Invalid or Missing ${kind}`);
  }
  const credential = credentialOf(project, request);
  if (credential?.kind !== 'pat') {
    return refuse(kind === 'PAT' ? 'Invalid PAT' : `Invalid or Missing ${kind}`);
  }
  return { ok: true, value: credential.user };
}

export interface Resource {
  type: string;
  id?: string;
}

/** Whether a scope list (`action[:type[:id]]`, any of them) covers the action on at least one of the resources. */
export function allows(access: EnvironmentAccess, actions: readonly string[], resources: readonly Resource[]): boolean {
  if (access.scopes === undefined) {
    return true;
  }
  return access.scopes.some((scope) => {
    const [, action = '', type, id] = /^([^:]*)(?::([^:]*)(?::(.*))?)?$/s.exec(scope) ?? [];
    if (action === 'admin' && type === undefined) {
      return true;
    }
    if (action !== '*' && !actions.includes(action)) {
      return false;
    }
    return type === 'all' || resources.some((one) => one.type === type && (id === undefined || one.id === id));
  });
}
