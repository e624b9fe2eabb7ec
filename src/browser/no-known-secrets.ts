/** Stands for `errors/known-secrets.ts` here: see `redact-token.ts`. */
export const keepSecret = (): void => undefined;
