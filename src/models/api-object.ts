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

/** An object of the API: what this version does not know passes through, while the type says only what it does know. */
export const apiObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).overwrite(plain) as unknown as z.ZodObject<Shape>;
