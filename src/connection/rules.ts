import type { ErrorCode } from '../errors/index.js';
import { type FieldName, fields } from './fields.js';
import { environmentSpellings, keyFamilies, unknownKeyPattern } from './key.js';
import { providerConfig } from './provider.generated.js';

/** Field values after trimming; an empty field is absent. */
export type FieldValues = { readonly [field in FieldName]?: string | undefined };

/** A test on one field, as data: zod, the JSON Schema and the form's messages are all made from it. */
export type FieldTest =
  | { readonly field: FieldName; readonly is: 'present' | 'absent' }
  | { readonly field: FieldName; readonly matches: string }
  | { readonly field: FieldName; readonly oneOf: readonly string[] };

/** When all of `when` hold, `must` has to hold; otherwise `field` has the problem `code`. */
export interface Rule {
  readonly code: ErrorCode;
  readonly field: FieldName;
  readonly when: readonly FieldTest[];
  readonly must: FieldTest;
  readonly message: string;
  readonly severity?: 'warning';
  /** Code can give these per call, so only a form must ask for them. */
  readonly formOnly?: true;
  /** Lifted by `ConnectionPolicy.allowUnknownKey`. */
  readonly unknownKey?: true;
}

const present = (field: FieldName) => ({ field, is: 'present' }) as const;
const absent = (field: FieldName) => ({ field, is: 'absent' }) as const;
const key = (matches: string) => ({ field: 'apiKey', matches }) as const;

const usable = keyFamilies.filter((family) => 'usable' in family);
const refused = keyFamilies.filter((family) => !('usable' in family));
const allNames = environmentSpellings.flatMap((row) => row.names);
const namesOf = (environment: string) =>
  environmentSpellings.find((row) => row.environment === environment)?.names ?? [];
const branchless = environmentSpellings.filter((row) => row.environment === 'staging' || row.environment === 'prod');
const { connection_config: config } = providerConfig;

/** Rules are patterns without flags, for JSON Schema has none. */
const anyCase = (text: string) =>
  text.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`).replaceAll('.', '\\.');

const keyRules: readonly Rule[] = [
  {
    code: 'key_required',
    field: 'apiKey',
    when: [],
    must: present('apiKey'),
    message: 'Enter a secret key or a personal access token.',
  },
  {
    code: 'key_invalid',
    field: 'apiKey',
    when: [key('^(?:["\'`]|[A-Z_]{1,64} ?=|[Bb]earer )')],
    must: absent('apiKey'),
    message: 'Paste the key alone: remove the quotes, the "NAME=" or the "Bearer " around it.',
  },
  ...refused.map<Rule>((family) => ({
    code: 'key_kind_refused',
    field: 'apiKey',
    when: [key(family.prefix)],
    must: absent('apiKey'),
    message: `This is ${family.label}, which a connection cannot use. Use a secret key (tr_prod_…) or a personal access token (tr_pat_…).`,
  })),
  {
    code: 'key_kind_refused',
    field: 'apiKey',
    when: [key('^[spr]k_(?:live|test)_')],
    must: absent('apiKey'),
    message: 'This is a Stripe key. Use a Trigger.dev secret key (tr_prod_…) or a personal access token (tr_pat_…).',
  },
  ...usable.map<Rule>((family) => ({
    code: 'key_invalid',
    field: 'apiKey',
    // Root keys share their prefix with additional keys, whose own row comes first.
    when: [key(family.kind === 'root' ? `${family.prefix}(?!sk_)` : family.prefix)],
    must: key(family.usable),
    message: `This starts like ${family.label} but is not a whole one. Copy it again from the dashboard.`,
  })),
  {
    code: 'key_unknown',
    field: 'apiKey',
    when: [key('^tr_')],
    must: key(keyFamilies.map((family) => family.prefix).join('|')),
    message:
      'This version does not know this family of Trigger.dev keys. Use a secret key or a personal access token, or have the operator set allowUnknownKey (TRIGGER_CONNECTOR_ALLOW_UNKNOWN_KEY).',
    unknownKey: true,
  },
  {
    code: 'key_invalid',
    field: 'apiKey',
    when: [present('apiKey')],
    must: key([...usable.map((family) => family.usable), unknownKeyPattern].join('|')),
    message:
      'This is not a Trigger.dev key. Secret keys start with tr_dev_, tr_stg_, tr_prod_ or tr_preview_, personal access tokens with tr_pat_.',
  },
];

/** A key that was pasted into another field would travel in a path or a header, and be printed. */
const holdsKey = '(?:tr|[prs]k)_[0-9a-z]{1,8}_(?:sk_)?[0-9A-Za-z]{16}|eyJ[\\w-]{16}';

/** Fields whose values are chosen from a list refuse a key as they refuse anything else. */
const chosen: ReadonlySet<string> = new Set(
  Object.entries(config).flatMap(([name, field]) => ('enum' in field ? [name] : [])),
);

const misplacedKeyRules = fields.all
  .filter(({ isSensitive, nangoName }) => !isSensitive && !chosen.has(nangoName))
  .map<Rule>(({ code, name }) => ({
    code,
    field: name,
    when: [{ field: name, matches: holdsKey }],
    must: absent(name),
    message: 'This holds a key. Paste a key only into the field of the key; if it was shown to others, revoke it.',
  }));

/**
 * All rules between and on fields, in order; the first that fails speaks for its field.
 * A field's own pattern and enum come from the provider config.
 */
export const rules: readonly Rule[] = [
  ...keyRules,
  ...misplacedKeyRules,
  {
    code: 'project_ref_invalid',
    field: 'projectRef',
    when: [present('projectRef')],
    must: { field: 'projectRef', matches: config.projectRef.pattern },
    message:
      'A project ref has only letters, digits, - and _, at most 64. Copy it from Project settings, General (proj_…).',
  },
  {
    code: 'project_ref_required',
    field: 'projectRef',
    when: [key('^tr_pat_')],
    must: present('projectRef'),
    message: 'A personal access token spans projects: enter the project ref (Project settings, General, proj_…).',
    formOnly: true,
  },
  {
    code: 'environment_invalid',
    field: 'environment',
    when: [present('environment')],
    must: { field: 'environment', oneOf: allNames },
    message: `Choose one of ${config.environment.enum.join(', ')}.`,
  },
  ...environmentSpellings.map<Rule>((row) => ({
    code: 'environment_mismatch',
    field: 'environment',
    when: [key(`^tr_${row.slug}_`), present('environment')],
    must: { field: 'environment', oneOf: row.names },
    message: `This key belongs to ${row.environment}: the server would use ${row.environment} whatever is chosen here. Choose ${row.environment} or leave it empty.`,
  })),
  {
    code: 'environment_required',
    field: 'environment',
    when: [key('^tr_pat_'), present('previewBranch')],
    must: present('environment'),
    message: 'A preview branch needs its environment: choose preview.',
    formOnly: true,
  },
  {
    code: 'branch_required',
    field: 'previewBranch',
    when: [key('^tr_preview_')],
    must: present('previewBranch'),
    message: 'A preview key needs the name of its preview branch: without it the server refuses every call.',
  },
  ...branchless.map<Rule>((row) => ({
    code: 'branch_not_allowed',
    field: 'previewBranch',
    when: [key(`^tr_${row.slug}_`)],
    must: absent('previewBranch'),
    message: `A preview branch has no meaning in ${row.environment}. Leave it empty, or use a preview key.`,
  })),
  {
    code: 'branch_not_allowed',
    field: 'previewBranch',
    when: [{ field: 'environment', oneOf: branchless.flatMap((row) => row.names) }],
    must: absent('previewBranch'),
    message:
      'With staging or prod, a preview branch would silently redirect the call to that branch. Leave it empty, or choose preview.',
  },
  {
    code: 'branch_invalid',
    field: 'previewBranch',
    when: [present('previewBranch')],
    must: { field: 'previewBranch', matches: config.triggerBranch.pattern },
    message:
      'This is not a branch name that a request can carry. Enter it as git shows it, without refs/heads/, for example feature/login.',
  },
  {
    code: 'project_ref_invalid',
    field: 'projectRef',
    when: [present('projectRef')],
    must: { field: 'projectRef', matches: '^proj_[a-z0-9]+$' },
    message: 'Project refs usually look like proj_ and lower-case letters. Check that this is the ref, not the name.',
    severity: 'warning',
  },
  {
    code: 'unusual_host',
    field: 'baseUrl',
    when: [{ field: 'baseUrl', matches: `^(?:[Hh][Tt]{2}[Pp][Ss]?://)?${anyCase('cloud.trigger.dev')}(?:[:/]|$)` }],
    must: absent('baseUrl'),
    message: 'This is the host of the dashboard. The API of Trigger.dev Cloud is at api.trigger.dev.',
    severity: 'warning',
  },
  ...usable.map<Rule>((family) => ({
    code: 'key_invalid',
    field: 'apiKey',
    when: [key(family.usable)],
    must: key(family.usual),
    message: `This ${family.label.replace(/^an? /, '')} has an unusual length or alphabet. Check that it is complete.`,
    severity: 'warning',
  })),
  {
    code: 'branch_required',
    field: 'previewBranch',
    when: [key('^tr_pat_'), { field: 'environment', oneOf: namesOf('preview') }],
    must: present('previewBranch'),
    message: 'Without a branch, preview means the parent environment, whose values every branch inherits.',
    severity: 'warning',
  },
];
