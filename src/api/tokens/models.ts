import * as z from 'zod';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

/** Nothing else of this answer is used: a hostile one cannot add claims to what is signed. */
export const TokenClaims = later(() =>
  z.object({
    sub: string().regex(/^[\w-]{1,128}$/),
    pub: z.literal(true),
  }),
);

export type TokenClaims = z.infer<ReturnType<typeof TokenClaims>>;

export const MintedToken = later(() => z.object({ token: string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/) }));

export type MintedToken = z.infer<ReturnType<typeof MintedToken>>;
