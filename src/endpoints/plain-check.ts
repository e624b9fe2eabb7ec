import type * as z from 'zod';
import { isApiObject } from '../models/index.js';

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

/** Does the schema take the value, and give it back as it is? False where only zod can tell. */
export function isPlain(schema: z.ZodType, value: unknown): boolean {
  let check = checks.get(schema);
  if (check === undefined) {
    check = checkOf(schema) ?? never;
    checks.set(schema, check);
  }
  return check(value);
}
