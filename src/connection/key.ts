/** What a credential is, told by its prefix and shape. The first five are usable, the rest refused or warned about. */
export type KeyKind =
  | 'root'
  | 'additional'
  | 'pat'
  | 'publicAccessToken'
  | 'triggerToken'
  | 'organizationToken'
  | 'userActorToken'
  | 'publicKey'
  | 'unknown';

export type Environment = 'dev' | 'staging' | 'prod' | 'preview';

/**
 * How each environment is spelt: in a key's prefix and the project-wide run list (`slug`),
 * and by people (`names`, the first is ours).
 */
export const environmentSpellings = [
  { environment: 'dev', slug: 'dev', names: ['dev', 'development'] },
  { environment: 'staging', slug: 'stg', names: ['staging', 'stg'] },
  { environment: 'prod', slug: 'prod', names: ['prod', 'production'] },
  { environment: 'preview', slug: 'preview', names: ['preview'] },
] as const satisfies readonly { environment: Environment; slug: string; names: readonly string[] }[];

const slugs = environmentSpellings.map((row) => row.slug).join('|');

/** Kinds by prefix, the first match decides. `usable` is the shape that a key of this kind must have. */
export const keyFamilies = [
  {
    kind: 'additional',
    label: 'an additional API key',
    prefix: `^tr_(?:${slugs})_sk_`,
    usable: `^tr_(?:${slugs})_sk_[0-9A-Za-z]{16,64}$`,
    usual: `^tr_(?:${slugs})_sk_[0-9A-Za-z]{24}$`,
  },
  {
    kind: 'root',
    label: 'a secret key',
    prefix: `^tr_(?:${slugs})_`,
    usable: `^tr_(?:${slugs})_[0-9A-Za-z]{16,64}$`,
    usual: `^tr_(?:${slugs})_[0-9A-Za-z]{20,24}$`,
  },
  {
    kind: 'pat',
    label: 'a personal access token',
    prefix: '^tr_pat_',
    usable: '^tr_pat_[0-9a-z]{16,64}$',
    usual: '^tr_pat_[1-9a-km-z]{40}$',
  },
  { kind: 'organizationToken', label: 'an organization access token', prefix: '^tr_oat_' },
  { kind: 'userActorToken', label: 'a user-actor token', prefix: '^tr_uat_' },
  { kind: 'publicKey', label: 'a public key of an older version', prefix: `^pk_(?:${slugs})_` },
  {
    kind: 'publicAccessToken',
    label: 'a public access token (it expires within hours)',
    // The header of every JWT is a JSON object, whose first characters encode to eyJ.
    prefix: '^eyJ[\\w-]*\\.[\\w-]+\\.[\\w-]*$',
  },
] as const satisfies readonly { kind: KeyKind; label: string; prefix: string; usable?: string; usual?: string }[];

/** A `tr_` key of a family this version does not know, once allowed: still safe in a header. */
export const unknownKeyPattern = '^tr_[\\w.-]{8,256}$';

const matchers = keyFamilies.map((family) => ({ kind: family.kind, pattern: new RegExp(family.prefix) }));
const environmentOfPrefix = new Map(environmentSpellings.map((row) => [row.slug as string, row.environment]));
const environmentOfName = new Map<string, Environment>(
  environmentSpellings.flatMap((row) => row.names.map((name) => [name, row.environment] as const)),
);

/** Characters; a token with many scopes is the longest. */
export const longestCredential = 65_536;

/**
 * Tells what a key is, by its prefix alone; total over strings and never throws.
 * @see https://trigger.dev/docs/apikeys
 */
export function classifyKey(key: string): { kind: KeyKind; environment?: Environment } {
  const head = key.slice(0, longestCredential);
  const kind = matchers.find((matcher) => matcher.pattern.test(head))?.kind ?? 'unknown';
  if (kind !== 'root' && kind !== 'additional') {
    return { kind };
  }
  const environment = environmentOfPrefix.get(head.split('_', 2)[1] ?? '');
  return environment === undefined ? { kind } : { kind, environment };
}

/** `stg`, `production` and the like to the name that this package uses. */
export function environmentNamed(name: string): Environment | undefined {
  return environmentOfName.get(name);
}

/** `default` is how the dashboard calls the dev environment itself, not a branch of it. */
export const branchIn = (environment: Environment | undefined, branch: string | undefined) =>
  environment === 'dev' && branch === 'default' ? undefined : branch;

/** The branch that an environment variable names: preview's. What runs there may speak to other environments too. */
export function branchOfVariable(key: unknown, environment: string | undefined, branch: string | undefined) {
  const own = typeof key === 'string' ? classifyKey(key.trim()).environment : undefined;
  return (own ?? environmentNamed(environment ?? '')) === 'preview' ? branch : undefined;
}

/** The spelling that keys and `filter[env]` use: `staging` is `stg` there. */
export function environmentSlug(environment: Environment): string {
  return environmentSpellings.find((row) => row.environment === environment)?.slug ?? environment;
}
