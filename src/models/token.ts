import * as z from 'zod';

/** Nothing else of this answer is used: a hostile one cannot add claims to what is signed. */
export const TokenClaims = z.object({
  sub: z.string().regex(/^[\w-]{1,128}$/),
  pub: z.literal(true),
});

export type TokenClaims = z.infer<typeof TokenClaims>;

export const MintedToken = z.object({ token: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/) });

export type MintedToken = z.infer<typeof MintedToken>;
