/**
 * Stands for `errors/codes.ts` in the bundle: each error that is thrown there has a message of its own, so the hints, a
 * twentieth of the bundle, are left out. Without a message an error shows its code.
 */
export const errorCodes = new Proxy({}, { get: (_, code) => ({ hint: code }) });

/** Codes come from the schemas of this package only. */
export const isErrorCode = (value: unknown): boolean => typeof value === 'string';
