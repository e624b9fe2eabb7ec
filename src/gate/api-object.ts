import * as z from 'zod';

/**
 * A loose object copies a field named `__proto__` by assignment, which would make it the prototype.
 * Told by what the prototype inherits from: the sandbox of a Nango function has an `Object` of its own.
 */
const plain = <Value extends object>(value: Value): Value =>
  Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {}) === null
    ? value
    : Object.setPrototypeOf(value, Object.prototype);

/** An object of the API: what this version does not know passes through, while the type says only what it does know. */
export const apiObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).overwrite(plain) as unknown as z.ZodObject<Shape>;

/** Is it one of these, described or not? Such a schema changes nothing of a value that it takes. */
export function isApiObject(schema: z.ZodType): boolean {
  const [check, ...others] = schema._zod.def.checks ?? [];
  const { tx } = (check?._zod.def ?? {}) as { tx?: unknown };
  return tx === plain && others.length === 0;
}
