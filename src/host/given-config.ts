import type { Connection } from '../connection/index.js';
import { type Issue, nearest, redact } from '../errors/index.js';

/** `connection_config` as whoever connected gave it. */
export type GivenConfig = Readonly<Record<string, unknown>>;

/** Nango's names of the fields, and ours of the branch. */
const fieldNames = ['baseUrl', 'projectRef', 'environment', 'triggerBranch', 'previewBranch'];

/** What people call these fields elsewhere: too far from ours to be found by spelling. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['host', 'baseUrl'],
  ['hostname', 'baseUrl'],
  ['url', 'baseUrl'],
  ['apiurl', 'baseUrl'],
  ['apihost', 'baseUrl'],
  ['project', 'projectRef'],
  ['ref', 'projectRef'],
  ['env', 'environment'],
  ['branch', 'triggerBranch'],
]);

const isFieldName = (name: string) => fieldNames.includes(name);

function meant(name: string): string {
  const other = otherNames.get(name.toLowerCase().replace(/[_-]/g, ''));
  return other === undefined ? nearest(name, fieldNames) : ` (did you mean ${JSON.stringify(other)}?)`;
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
export function configIssues(config: GivenConfig): Issue[] {
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
    .filter((name) => !isFieldName(name) && meant(name) !== '')
    .map<Issue>((name) => ({
      code: 'unknown_field',
      field: redact(name),
      message: `connection_config has no field ${redact(name)}${meant(name)}. Rename it.`,
    }));
  const holdsKey = redact(text) !== text;
  return [
    ...near,
    ...(holdsKey ? [issue('connection_config holds a key. It is not kept secret: put the key into credentials.')] : []),
  ];
}

/** What the rules read; a value that is no text is passed on, to be refused by them. */
export const fieldsIn = (config: GivenConfig): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => isFieldName(name)));

/** Nango's name of the branch, and ours: one field. */
const branchNames = ['triggerBranch', 'previewBranch'];

/** A config with the fields of another in place of its own. */
export function overlaid(config: GivenConfig, fields: GivenConfig): GivenConfig {
  const hasBranch = branchNames.some((name) => Object.hasOwn(fields, name));
  const kept = Object.entries(config).filter(([name]) => !(hasBranch && branchNames.includes(name)));
  return { ...Object.fromEntries(kept), ...fields };
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
): { values: unknown; config: GivenConfig } {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return { values, config: {} };
  }
  const entries = Object.entries(values);
  const given = entries
    .filter(([name]) => isFieldName(name))
    .map(([name, value]) => [name === 'previewBranch' ? 'triggerBranch' : name, value]);
  const all = overlaid(overlaid(kept, Object.fromEntries(given)), preset);
  const config = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  const others = entries.filter(([name]) => !isFieldName(name));
  return { values: { ...Object.fromEntries(others), ...fieldsIn(config) }, config };
}

/** For a connection of which only the parsed values are known. Nango’s provider entry adds `https://` by itself. */
export function configOfParsed({ baseUrl, environment, previewBranch, projectRef }: Connection): GivenConfig {
  return {
    baseUrl: baseUrl.replace(/^https:\/\//, ''),
    ...(projectRef !== undefined && { projectRef }),
    ...(environment !== undefined && { environment }),
    ...(previewBranch !== undefined && { triggerBranch: previewBranch }),
  };
}
