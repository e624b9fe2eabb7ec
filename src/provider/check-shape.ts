import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { nearest } from '../errors/index.js';
import { type Path, type Problem, quoted } from './document.js';
import type { Schema } from './entry-schema.js';

/** Own names that would reach a prototype where a careless reader sets or gets them. */
export const unsafeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type Report = (problem: Problem) => void;

const label = (path: Path) => (path.length > 1 ? path.slice(1).join('.') : (path[0] ?? 'the file'));
const offsetOf = (node: unknown, otherwise: number): number =>
  ((node as { range?: [number, number, number] | null } | null)?.range ?? undefined)?.[0] ?? otherwise;

const expected = {
  object: 'a map of names and values',
  array: 'a list',
  string: 'text (quote a number, true, false or null)',
  integer: 'a whole number',
  boolean: 'true or false',
} as const;

function isOfType(node: unknown, type: NonNullable<Schema['type']>): boolean {
  if (type === 'object') {
    return isMap(node);
  }
  if (type === 'array') {
    return isSeq(node);
  }
  const value = isScalar(node) ? node.value : undefined;
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
}

function checkText(value: string, schema: Schema, at: { offset: number; path: Path }, report: Report): void {
  const { offset, path } = at;
  const refuse = (why: string, allowed?: string) => report({ offset, what: `${label(path)} ${why}`, allowed });
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (choices !== undefined && !choices.includes(value)) {
    refuse(`cannot be ${quoted(value)}${nearest(value, choices)}`, choices.join(', '));
  } else if (value.length < (schema.minLength ?? 0)) {
    refuse('is empty');
  } else if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
    refuse(`cannot be ${quoted(value)}`, `what matches ${schema.pattern}`);
  }
}

/** The branch that the `type` of the map names. */
function branchOf(map: YAMLMap, branches: readonly Schema[]): Schema | undefined {
  const type = map.get('type');
  return branches.find(({ properties }) => properties?.['type']?.const === type);
}

function checkMap(map: YAMLMap, schema: Schema, at: { offset: number; path: Path }, report: Report): void {
  const properties = schema.properties ?? {};
  const patterns = Object.entries(schema.patternProperties ?? {});
  const allowed = [...Object.keys(properties), ...patterns.map(([pattern]) => `names that match ${pattern}`)];
  const given = new Set<unknown>();
  for (const { key, value } of map.items as Pair[]) {
    const offset = offsetOf(key, at.offset);
    const name = isScalar(key) ? key.value : undefined;
    given.add(name);
    if (typeof name !== 'string') {
      report({ offset, what: `a key in ${label(at.path)} is not text`, allowed: allowed.join(', ') || undefined });
      continue;
    }
    if (unsafeNames.has(name)) {
      report({ offset, what: `${quoted(name)} cannot be a key`, allowed: allowed.join(', ') || undefined });
      continue;
    }
    const known = Object.hasOwn(properties, name)
      ? properties[name]
      : patterns.find(([pattern]) => new RegExp(pattern).test(name))?.[1];
    if (known === undefined && schema.additionalProperties === false) {
      const what = `unknown key ${quoted(name)} in ${label(at.path)}${nearest(name, Object.keys(properties))}`;
      report({ offset, what, allowed: allowed.join(', ') });
    } else {
      checkShape(value, known ?? {}, { offset, path: [...at.path, name] }, report);
    }
  }
  for (const name of schema.required ?? []) {
    if (!given.has(name)) {
      report({ offset: at.offset, what: `${label(at.path)} lacks ${quoted(name)}` });
    }
  }
  if (map.items.length < (schema.minProperties ?? 0)) {
    report({ offset: at.offset, what: `${label(at.path)} is empty`, allowed: allowed.join(', ') });
  }
}

/** Holds a node of the document to its schema; `at.offset` is where its key stands. */
export function checkShape(node: unknown, schema: Schema, at: { offset: number; path: Path }, report: Report): void {
  const offset = offsetOf(node, at.offset);
  const { path } = at;
  if (isAlias(node)) {
    report({ offset, what: `${label(path)} is an alias (*name); write the value out` });
  } else if (schema.type !== undefined && !isOfType(node, schema.type)) {
    report({ offset, what: `${label(path)} has the wrong type`, allowed: expected[schema.type] });
  } else if (isMap(node)) {
    const shape = schema.oneOf === undefined ? schema : branchOf(node, schema.oneOf);
    if (shape === undefined) {
      const types = (schema.oneOf ?? []).map(({ properties }) => properties?.['type']?.const);
      report({ offset: at.offset, what: `${label(path)} has no known type`, allowed: `type: ${types.join(', ')}` });
    } else {
      checkMap(node, shape, at, report);
    }
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      checkShape(item, schema.items ?? {}, { offset, path: [...path, index] }, report);
    });
    if (node.items.length < (schema.minItems ?? 0)) {
      report({ offset, what: `${label(path)} is empty` });
    }
  } else if (isScalar(node) && typeof node.value === 'string') {
    checkText(node.value, schema, { offset, path }, report);
  }
}
