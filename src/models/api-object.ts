import * as z from 'zod';

/** An object of the API: what this version does not know passes through, while the type says only what it does know. */
export const apiObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape) as unknown as z.ZodObject<Shape>;
