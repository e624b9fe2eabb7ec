/** Stands for `endpoints/plain-check.ts` here: a page makes few calls, and zod is there anyway. */
export const isPlain = (): boolean => false;

export const wrongPath = (): undefined => undefined;
