import * as z from 'zod';

/** A JSON object of whatever fields. `z.record` drops a field `__proto__` without a word; here it is refused. */
export const jsonObject = z
  .unknown()
  .superRefine((value, context) => {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')) {
      context.addIssue({ code: 'custom', message: 'A field cannot be named __proto__.', path: ['__proto__'] });
    }
  })
  .pipe(z.record(z.string(), z.unknown()));
