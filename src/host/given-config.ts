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

/** The config that the values of our own form stand for: Nango calls the branch by another name. */
export function configOfForm(values: unknown): GivenConfig {
  const { apiKey: _, previewBranch, ...fields } = Object(values) as Record<string, unknown>;
  const given = { ...fields, ...(previewBranch ? { triggerBranch: previewBranch } : {}) };
  return Object.fromEntries(Object.entries(fieldsIn(given)).filter(([, value]) => value !== ''));
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
