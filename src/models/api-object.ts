import * as z from 'zod';

const { getPrototypeOf } = Object;

/**
 * A loose object copies a field named `__proto__` by assignment, which would make it the prototype.
 * Told by what the prototype inherits from: the sandbox of a Nango function has an `Object` of its own.
 */
function plain<Value extends object>(value: Value): Value {
  const prototype: unknown = getPrototypeOf(value);
  return prototype !== null && getPrototypeOf(prototype) === null
    ? value
    : Object.setPrototypeOf(value, Object.prototype);
}

const apiObjects = new WeakSet<object>();

/** An object of the API: what this version does not know passes through, while the type says only what it does know. */
export function apiObject<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  const schema = z.looseObject(shape).overwrite(plain) as unknown as z.ZodObject<Shape>;
  apiObjects.add(schema._zod.def);
  return schema;
}

/** Is it one of these, described or not? Such a schema changes nothing of a value that it takes. */
export function isApiObject(schema: z.ZodType): boolean {
  return apiObjects.has(schema._zod.def);
}
