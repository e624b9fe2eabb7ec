import * as z from 'zod';

// A loose object copies a field named `__proto__` by assignment, which would make it the prototype.
const plain = <Value extends object>(value: Value): Value =>
  Object.getPrototypeOf(value) === Object.prototype ? value : Object.setPrototypeOf(value, Object.prototype);

/** An object of the API: what this version does not know passes through, while the type says only what it does know. */
export const apiObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).overwrite(plain) as unknown as z.ZodObject<Shape>;
