import { type Connection, type FieldTable, fieldOf, fields } from '../connection/index.js';
import { type Issue, nearest, redact } from '../errors/index.js';

/** `connection_config` as whoever connected gave it. */
export type GivenConfig = Readonly<Record<string, unknown>>;

const plain = (name = '') => name.toLowerCase().replace(/[_-]/g, '');

/** What `name` was meant to be, in words; '' where that is no field. */
function meant(name: string, { byConfigName, config }: FieldTable): string {
  const called = plain(name);
  const other = config.find(({ alsoCalled, variable }) => alsoCalled?.includes(called) || plain(variable) === called);
  return other === undefined
    ? nearest(name, [...byConfigName.keys()])
    : ` (did you mean ${JSON.stringify(other.nangoName)}?)`;
}

/** Long enough for any label, short enough for a store that is read whole. */
const mostCharacters = 10_000;

/** Undefined for what is nested so deep that it has no text. */
function textOf(config: GivenConfig): string | undefined {
  try {
    return JSON.stringify(config);
  } catch {
    return undefined;
  }
}

/**
 * Problems of the names that are none of ours. One that is close to ours would lead the key to another target than the
 * one that was meant; any other is kept.
 */
export function configIssues(config: GivenConfig, table: FieldTable = fields): Issue[] {
  const issue = (message: string): Issue => ({ code: 'input_invalid', field: 'connection_config', message });
  const text = textOf(config);
  // First, so that what comes after has little to look at.
  if (text === undefined) {
    return [issue('connection_config is nested too deep.')];
  }
  if (text.length > mostCharacters) {
    return [issue(`connection_config has more than ${mostCharacters} characters.`)];
  }
  const near = Object.keys(config)
    .filter((name) => !table.byConfigName.has(name))
    .map((name) => ({ name, hint: meant(name, table) }))
    .filter(({ hint }) => hint !== '')
    .map<Issue>(({ hint, name }) => ({
      code: 'unknown_field',
      field: redact(name),
      message: `connection_config has no field ${redact(name)}${hint}. Rename it.`,
    }));
  const holdsKey = redact(text) !== text;
  return [
    ...near,
    ...(holdsKey ? [issue('connection_config holds a key. It is not kept secret: put the key into credentials.')] : []),
  ];
}

/** What the rules read; a value that is no text is passed on, to be refused by them. */
export const fieldsIn = (config: GivenConfig, { byConfigName }: FieldTable = fields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => byConfigName.has(name)));

/** A config with the given fields in place of its own, under whichever of its names either has one. */
export function overlaid(config: GivenConfig, given: GivenConfig, { byConfigName }: FieldTable = fields): GivenConfig {
  const replaced = new Set(Object.keys(given).flatMap((name) => byConfigName.get(name) ?? []));
  const isKept = (name: string) => {
    const field = byConfigName.get(name);
    return Object.hasOwn(given, name) || field === undefined || !replaced.has(field);
  };
  return { ...Object.fromEntries(Object.entries(config).filter(([name]) => isKept(name))), ...given };
}

/** Where what a form leaves out comes from, and what it cannot change. */
export interface FormContext {
  /** Of the connection whose key is replaced: a field stays unless the form empties it. */
  readonly kept?: GivenConfig | undefined;
  /** Of the session that the form was opened with. */
  readonly preset?: GivenConfig | undefined;
}

/** What a form stands for: its values for the rules, under Nango's names, and the config. What is no form is left for the rules to refuse. */
export function readForm(
  values: unknown,
  { kept = {}, preset = {} }: FormContext = {},
  table: FieldTable = fields,
): { values: unknown; config: GivenConfig } {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return { values, config: {} };
  }
  const entries = Object.entries(values);
  const given = entries.flatMap(([name, value]) => {
    const field = table.byConfigName.get(name);
    // null is how a program leaves out what a form empties with ''.
    return field === undefined || value === null ? [] : [[field.nangoName, value] as const];
  });
  const all = overlaid(overlaid(kept, Object.fromEntries(given), table), preset, table);
  const config = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  const others = entries.filter(([name]) => !table.byConfigName.has(name));
  return { values: { ...Object.fromEntries(others), ...fieldsIn(config, table) }, config };
}

/** For a connection of which only the parsed values are known. Nango’s provider entry adds `https://` by itself. */
export function configOfParsed(connection: Connection, { config }: FieldTable = fields): GivenConfig {
  const parsed = config
    .map(({ name, nangoName }) => [nangoName, fieldOf(connection, name)] as const)
    .filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(parsed), baseUrl: connection.baseUrl.replace(/^https:\/\//, '') };
}
