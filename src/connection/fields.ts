import type { ErrorCode } from '../errors/index.js';

/** What a field is besides its words in the form, which `provider.yaml` has. */
export interface FieldRow {
  /** In Nango's `connection_config`, where it is called otherwise there. */
  readonly nangoName?: string;
  /** The code of a value that is no text, or too long. */
  readonly code: ErrorCode;
  /** Characters at most, checked before any pattern runs. */
  readonly limit: number;
  /** The credential: never shown, in no flag, not in `connection_config`. */
  readonly isSensitive?: true;
  /**
   * Does another value stand for other data? A number is the place in texts that are stored, which never changes. A
   * field that came later is `named`: it is appended where it is filled in, so connections without it stay the same.
   */
  readonly identity: number | 'named' | false;
  /** A secret key belongs to just one: the server goes by the key, whatever is given here. */
  readonly isOfKey?: true;
  /** In the options of the client, where the official SDK calls it otherwise. */
  readonly option?: string;
  /** On the command line, and what stands for its value in the help. */
  readonly flag?: readonly [name: string, value: string];
  readonly variable?: string;
  /** A program that runs in one environment may call others: its own variable is for the command line alone. */
  readonly isVariableOfCli?: true;
  /** What people call it elsewhere, in small letters: too far from its name to be found by spelling. */
  readonly alsoCalled?: readonly string[];
}

/** The fields of a connection, in the order in which they are checked. To add one: a row here, and one in `provider.yaml`. */
export const fieldRows = {
  apiKey: { code: 'key_invalid', limit: 4096, isSensitive: true, identity: 0 },
  projectRef: {
    code: 'project_ref_invalid',
    limit: 256,
    identity: 2,
    isOfKey: true,
    flag: ['project-ref', 'REF'],
    variable: 'TRIGGER_PROJECT_REF',
    alsoCalled: ['project', 'ref'],
  },
  environment: {
    code: 'environment_invalid',
    limit: 64,
    identity: 3,
    isOfKey: true,
    flag: ['environment', 'NAME'],
    variable: 'TRIGGER_ENVIRONMENT',
    isVariableOfCli: true,
    alsoCalled: ['env'],
  },
  baseUrl: {
    code: 'base_url_invalid',
    limit: 2048,
    identity: 1,
    option: 'baseURL',
    flag: ['base-url', 'URL'],
    variable: 'TRIGGER_API_URL',
    alsoCalled: ['host', 'hostname', 'hosturl', 'url', 'serverurl', 'apiurl', 'apibaseurl', 'apihost'],
  },
  previewBranch: {
    nangoName: 'triggerBranch',
    code: 'branch_invalid',
    limit: 1024,
    identity: 4,
    flag: ['preview-branch', 'NAME'],
    variable: 'TRIGGER_PREVIEW_BRANCH',
    alsoCalled: ['branch', 'branchname', 'gitbranch'],
  },
} as const satisfies Readonly<Record<string, FieldRow>>;

type Rows = typeof fieldRows;
export type FieldName = keyof Rows;
/** Every field but the credential. */
export type ConfigName = { [Name in FieldName]: Rows[Name] extends { isSensitive: true } ? never : Name }[FieldName];
/** Names that only Nango uses. */
export type NangoName = {
  [Name in FieldName]: Rows[Name] extends { nangoName: infer Other } ? Other : never;
}[FieldName];
/** How the options of the client call the fields. */
export type OptionName = {
  [Name in ConfigName]: Rows[Name] extends { option: infer Other } ? Other : Name;
}[ConfigName];
export type FlagName = { [Name in ConfigName]: Rows[Name]['flag'][0] }[ConfigName];

export interface Field<Name extends string = string> extends FieldRow {
  readonly name: Name;
  readonly nangoName: string;
}

/** What is derived from a table of fields, once. */
export interface FieldTable<Name extends string = string> {
  readonly all: readonly Field<Name>[];
  readonly byName: Readonly<Record<Name, Field<Name>>>;
  /** All but the credential, by their place in the identity. */
  readonly config: readonly Field<Name>[];
  /** By each name that a config may give it: Nango's, and ours. */
  readonly byConfigName: ReadonlyMap<string, Field<Name>>;
  /** The key and what tells whose data it reads, by place. */
  readonly identity: readonly Field<Name>[];
  /** The same without the key, which may be replaced. */
  readonly place: readonly Field<Name>[];
  /** What tells how the server sees a secret key. */
  readonly ofKey: readonly Field<Name>[];
}

const placeIn = ({ identity }: FieldRow) => (typeof identity === 'number' ? identity : Number.MAX_VALUE);

export function fieldTable<Name extends string>(rows: Readonly<Record<Name, FieldRow>>): FieldTable<Name> {
  const all = (Object.entries(rows) as [Name, FieldRow][]).map<Field<Name>>(([name, row]) => ({
    nangoName: name,
    ...row,
    name,
  }));
  const byPlace = [...all].sort((a, b) => placeIn(a) - placeIn(b));
  const config = byPlace.filter((field) => !field.isSensitive);
  const identity = byPlace.filter((field) => field.identity !== false);
  return {
    all,
    byName: Object.fromEntries(all.map((field) => [field.name, field])) as Record<Name, Field<Name>>,
    config,
    byConfigName: new Map([
      ...config.map((field) => [field.nangoName, field] as const),
      ...config.map((field) => [field.name, field] as const),
    ]),
    identity,
    place: identity.filter((field) => !field.isSensitive),
    ofKey: identity.filter((field) => !field.isOfKey),
  };
}

export const fields = fieldTable<FieldName>(fieldRows);
