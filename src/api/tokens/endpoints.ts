import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { NoInput } from '../projects/endpoints.js';
import { skippableColumns } from '../realtime/endpoints.js';
import { environmentKeys } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { MintedToken, TokenClaims } from './models.js';
import { scopeInput } from './scopes.js';

const docs = 'https://trigger.dev/docs/realtime/auth';

/** What a root key needs for signing a token itself. */
export const tokensClaims = {
  name: 'tokens.claims',
  summary: 'The claims that tokens of this environment or branch have.',
  docs,
  method: 'POST',
  repeat: 'safe',
  fullAccess: true,
  routes: [{ kinds: ['root'], path: '/api/v1/auth/jwt/claims' }],
  input: NoInput,
  output: TokenClaims,
  body: () => ({}),
} as const satisfies Endpoint<z.output<ReturnType<typeof NoInput>>, TokenClaims>;

export const TokensCreateInput = later(() =>
  z.strictObject({
    scopes: z.array(scopeInput()).min(1).max(1000).describe('What the token may do. Example: ["read:runs:run_1234"]'),
    expirationTime: z
      .union([number().int().positive(), string().min(2).max(64)])
      .optional()
      .describe('Unix seconds, or a time span; 15 minutes when left out. Example: "1h"'),
    oneTimeUse: z.boolean().optional().describe('Good for one trigger.'),
    realtime: z.strictObject({ skipColumns: z.array(z.enum(skippableColumns)).optional() }).optional(),
  }),
);

/** Keys that cannot sign have the server sign. */
export const tokensCreate = {
  name: 'tokens.create',
  summary: 'Have the server mint a public access token.',
  docs,
  method: 'POST',
  repeat: 'safe',
  routes: [{ kinds: environmentKeys, path: '/api/v1/auth/public-tokens' }],
  input: TokensCreateInput,
  output: MintedToken,
  body: (input) => input,
} as const satisfies Endpoint<z.output<ReturnType<typeof TokensCreateInput>>, MintedToken>;
