import { type Document, isMap, isNode, isPair, isScalar, visit } from 'yaml';
import type * as z from 'zod';
import { nearest } from '../../errors/index.js';
import { type Problem, providerName, quoted, readYaml, unsafeNames } from '../../provider/index.js';
import { object, type ProviderEntry, providerEntry } from './entry.js';
import { checkEntry } from './rules.js';

type Path = readonly PropertyKey[];

/** What is wrong with the value at a path. */
interface Finding extends Omit<Problem, 'offset'> {
  readonly path: Path;
}

const maxLength = 64 * 1024;
const providerFile = object({ [providerName]: providerEntry.superRefine(checkEntry) });

const types: Readonly<Record<string, string>> = {
  object: 'a map of names and values',
  record: 'a map of names and values',
  array: 'a list',
  string: 'text (quote a number, true, false or null)',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
};

const label = (path: Path) => (path.length > 1 ? path.slice(1).map(String).join('.') : String(path[0] ?? 'the file'));

const startOf = (node: unknown) => (isNode(node) ? node.range?.[0] : undefined);

/** The key at `path`, or the item of a list; where there is none, what should hold it. */
function offsetOf(document: Document, path: Path): number {
  const holder = document.getIn(path.slice(0, -1), true);
  const pair = isMap(holder) && holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  const offset = startOf(pair ? pair.key : document.getIn(path, true));
  return offset ?? (path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1)));
}

/** What the plain value no longer shows: aliases, and keys that are not text or would reach a prototype. */
function unusableNodes(document: Document): Problem[] {
  const problems: Problem[] = [];
  const report = (node: unknown, what: string, allowed?: string) =>
    problems.push({ offset: startOf(node) ?? 0, what, allowed });
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const path = ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));
      report(alias, `${label(path)} is an alias (*name); write the value out`);
    },
    Pair: (_, { key }) => {
      const name = isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') {
        report(key, `the key ${quoted(name ?? '')} is not text`, types['string']);
      } else if (unsafeNames.has(name)) {
        report(key, `${quoted(name)} cannot be a key`);
      }
    },
  });
  return problems;
}

/** `/…/` as zod prints it, without the slashes. */
const source = (pattern: unknown) => String(pattern).slice(1, -1);

function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const { input, path } = issue;
  const found = (what: string, allowed?: string) => [{ path, what, allowed }];
  const wrong = (value: unknown, allowed: string, why: string) =>
    value === undefined
      ? found(`${label(path.slice(0, -1))} lacks ${quoted(path.at(-1))}`, allowed)
      : found(`${label(path)} ${why}`, allowed);
  const choice = (value: unknown, choices: readonly string[]) => {
    const no = `cannot be ${quoted(value)}${nearest(String(value), choices)}`;
    return wrong(value, choices.join(', '), typeof value === 'string' ? no : 'has the wrong type');
  };
  switch (issue.code) {
    case 'invalid_type':
      return wrong(input, types[issue.expected] ?? issue.expected, 'has the wrong type');
    case 'invalid_value':
      return choice(input, issue.values.map(String));
    case 'invalid_union':
      return choice((input as { type?: unknown }).type, issue.message.split(', '));
    case 'invalid_format':
      return wrong(input, `what matches ${source(issue.pattern)}`, `cannot be ${quoted(input)}`);
    case 'too_small':
      return found(`${label(path)} is empty`);
    case 'invalid_key': {
      const [inner] = issue.issues;
      const pattern = inner?.code === 'invalid_format' ? source(inner.pattern) : '';
      const holder = label(path.slice(0, -1));
      return found(`unknown key ${quoted(path.at(-1))} in ${holder}`, `names that match ${pattern}`);
    }
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        what: `unknown key ${quoted(key)} in ${label(path)}${nearest(key, issue.message.split(', '))}`,
        allowed: issue.message,
      }));
    default:
      return [{ path, what: issue.message, ...(issue.code === 'custom' && issue.params) }];
  }
}

/**
 * Reads a provider config and checks all of it: syntax, names, types, templates, patterns.
 * Throws `ConnectorError` `provider_config_invalid`, a line per problem: `file:line: what is wrong; allowed: …`.
 */
export function loadProviderConfig(text: string, file: string): ProviderEntry {
  const yaml = readYaml(text, file, maxLength);
  const value = yaml.value();
  const { error } = providerFile.safeParse(value, { reportInput: true });
  const problems = [
    ...unusableNodes(yaml.document),
    ...(error?.issues ?? [])
      .flatMap(findingsOf)
      .map(({ path, ...found }) => ({ offset: offsetOf(yaml.document, path), ...found })),
  ];
  if (problems.length > 0) {
    throw yaml.error(problems);
  }
  // Not what zod returns: that has the order of the schema.
  return (value as z.infer<typeof providerFile>)[providerName];
}
