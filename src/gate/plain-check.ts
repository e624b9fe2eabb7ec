import type * as z from 'zod';
import { isApiObject } from './api-object.js';
import { type Read, zodReads } from './zod-reads.js';

/** Says quickly that a value is what a schema takes, and gives back as it is. */
type Check = (value: unknown) => boolean;

interface Definition {
  readonly type: string;
  readonly checks?: readonly unknown[];
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

const scalars: Readonly<Record<string, Check>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  unknown: () => true,
};

function checkOfObject(shape: Readonly<Record<string, z.ZodType>>): Check | undefined {
  const names = Object.keys(shape);
  const checks = names.map((name) => checkOf(shape[name] as z.ZodType));
  if (checks.includes(undefined)) {
    return undefined;
  }
  const all = checks as Check[];
  return (value) => {
    // A field of that name is for zod, which leaves it out.
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.hasOwn(value, '__proto__')) {
      return false;
    }
    for (let index = 0; index < all.length; index += 1) {
      if (!all[index]?.((value as Record<string, unknown>)[names[index] as string])) {
        return false;
      }
    }
    return true;
  };
}

/**
 * A check without zod, for schemas that only look: nothing where one transforms, has defaults or finer rules.
 * Lists are long and nearly always right; zod makes a copy of each item, and takes over where something is wrong.
 */
export function checkOf(schema: z.ZodType): Check | undefined {
  const { checks = [], element, innerType, shape, type } = schema._zod.def as unknown as Definition;
  if (type === 'object') {
    return isApiObject(schema) && shape !== undefined ? checkOfObject(shape) : undefined;
  }
  if (checks.length > 0) {
    return undefined;
  }
  const inner = innerType ?? element;
  const check = inner === undefined ? undefined : checkOf(inner);
  switch (type) {
    case 'optional':
      return check && ((value) => value === undefined || check(value));
    case 'nullable':
      return check && ((value) => value === null || check(value));
    case 'array':
      return check && ((value) => Array.isArray(value) && value.every(check));
    default:
      return scalars[type];
  }
}

const checks = new WeakMap<z.ZodType, Check>();
const never: Check = () => false;

function checkFor(schema: z.ZodType): Check {
  let check = checks.get(schema);
  if (check === undefined) {
    check = checkOf(schema) ?? never;
    checks.set(schema, check);
  }
  return check;
}

/** Does the schema take the value, and give it back as it is? False where only zod can tell. */
const isPlain = (schema: z.ZodType, value: unknown): boolean => checkFor(schema)(value);

type Path = readonly (string | number)[];

/** Zod describes each wrong item of a list, in 10 to 60 µs: of longer ones the first wrong item is looked for. */
const mostDescribed = 1_000;

function pathInList(element: z.ZodType, list: readonly unknown[]): Path | undefined {
  const isChecked = checkFor(element) !== never;
  if (!isChecked && list.length <= mostDescribed) {
    return undefined;
  }
  for (const [place, item] of list.entries()) {
    if (!checkFor(element)(item)) {
      const path = isChecked ? pathOfWrong(element, item) : element.safeParse(item).error?.issues[0]?.path;
      if (path !== undefined) {
        return [place, ...(path as Path)];
      }
    }
  }
  return undefined;
}

function pathOfWrong(schema: z.ZodType, value: unknown): Path | undefined {
  const { element, innerType, shape, type } = schema._zod.def as unknown as Definition;
  if (type === 'array' && element !== undefined) {
    return Array.isArray(value) ? pathInList(element, value) : [];
  }
  if (checkFor(schema) === never) {
    return undefined;
  }
  if (innerType !== undefined) {
    return value === (type === 'nullable' ? null : undefined) ? undefined : pathOfWrong(innerType, value);
  }
  if (shape === undefined) {
    return isPlain(schema, value) ? undefined : [];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [];
  }
  for (const [name, inner] of Object.entries(shape)) {
    const path = pathOfWrong(inner, (value as Record<string, unknown>)[name]);
    if (path !== undefined) {
      return [name, ...path];
    }
  }
  return undefined;
}

/**
 * Where a value that is not plain is wrong for sure; undefined where zod has to tell. Zod looks at everything that is
 * wrong, which takes seconds where a server sent 100,000 wrong items, and ends in a full stack where it sent more.
 */
export const wrongPath = (schema: z.ZodType, value: unknown): string | undefined =>
  pathOfWrong(schema, value)?.join('.');

export function readWith(schema: z.ZodType, value: unknown): Read {
  if (isPlain(schema, value)) {
    return { data: value };
  }
  const path = wrongPath(schema, value);
  return path === undefined ? zodReads(schema, value) : { path };
}
