import * as mini from 'zod/mini';

/*
 * zod's methods over zod/mini, for the bundle: the full zod alone is larger than the bundle may be. It has the methods
 * that the endpoint rows use, and no others; descriptions stay out. A test holds both to one verdict.
 */

// biome-ignore lint/suspicious/noExplicitAny: every method gives back another schema; the rows are typed against zod.
type Schema = any;
type Message = string | { message?: string; params?: Record<string, unknown> };

/** The sizes of numbers, and the lengths of text and lists. */
function least(schema: Schema, limit: number): Schema {
  return schema._zod.def.type === 'number' ? mini.minimum(limit) : mini.minLength(limit);
}

function most(schema: Schema, limit: number): Schema {
  return schema._zod.def.type === 'number' ? mini.maximum(limit) : mini.maxLength(limit);
}

function chain(schema: Schema): Schema {
  const checked = (...checks: Schema[]) => chain(schema.check(...checks));
  return Object.assign(schema, {
    describe: () => schema,
    optional: () => chain(mini.optional(schema)),
    nullable: () => chain(mini.nullable(schema)),
    nullish: () => chain(mini.nullish(schema)),
    default: (value: unknown) => chain(mini._default(schema, value as never)),
    min: (limit: number) => checked(least(schema, limit)),
    max: (limit: number) => checked(most(schema, limit)),
    int: () => checked(mini.refine((value) => Number.isSafeInteger(value), 'must be a whole number')),
    nonnegative: () => checked(mini.nonnegative()),
    positive: () => checked(mini.positive()),
    regex: (pattern: RegExp, message?: string) => checked(mini.regex(pattern, message)),
    refine: (holds: (value: never) => boolean, message?: Message) =>
      checked(mini.refine(holds as never, message as never)),
    superRefine: (look: (value: unknown, context: { addIssue(issue: object): void }) => void) =>
      checked(
        mini.check((payload) =>
          look(payload.value, {
            addIssue: (issue) => payload.issues.push({ continue: true, input: payload.value, ...issue } as never),
          }),
        ),
      ),
    overwrite: (change: (value: never) => never) => checked(mini.overwrite(change as never)),
  });
}

export const string = () => chain(mini.string());
export const number = () => chain(mini.number());
export const boolean = () => chain(mini.boolean());
export const unknown = () => chain(mini.unknown());
export const literal = (value: string | number | boolean) => chain(mini.literal(value));
const choice = (values: readonly string[]) => chain(mini.enum(values as never));

export { choice as enum };
export const array = (item: Schema) => chain(mini.array(item));
export const union = (choices: Schema[]) => chain(mini.union(choices as never));
export const record = (key: Schema, value: Schema) => chain(mini.record(key, value));
export const object = (shape: Schema) => chain(mini.object(shape));
export const strictObject = (shape: Schema) => chain(mini.strictObject(shape));
export const looseObject = (shape: Schema) => chain(mini.looseObject(shape));
export const iso = { datetime: (options?: { offset?: boolean }) => chain(mini.iso.datetime(options)) };
