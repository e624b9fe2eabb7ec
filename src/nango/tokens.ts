// The sandbox answers `crypto`, not `node:crypto`.
import { createHmac } from 'crypto';
import * as z from 'zod';
import {
  defaultLifetime,
  expirationOf,
  flattenScopes,
  later,
  lifetimeOf,
  number,
  type Payload,
  refuseMinting,
  serverMinted,
  sessionsRetrieve,
  signingInput,
  string,
  tasksTrigger,
  tokensClaims,
  tokensCreate,
} from '../api/index.js';
import type { Connection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { type Ask, inputError } from '../gate/index.js';
import { composedAction } from './call.js';
import type { NangoBase } from './nango.js';

const expirationTime = later(() =>
  z
    .union([string().max(64), number()])
    .optional()
    .describe('A time span or Unix seconds, at most 30 days ahead. Example: "15m"'),
);

const taskId = later(() => tasksTrigger.input().shape.taskId);

export const PublicTokenInput = later(() =>
  z.strictObject({
    scopes: tokensCreate.input().shape.scopes,
    expirationTime: expirationTime(),
  }),
);

export const TriggerTokenInput = later(() =>
  z.strictObject({
    tasks: z.array(taskId()).min(1).max(100).describe('Ids of the tasks. Example: ["send-invoice"]'),
    batch: z.boolean().optional().describe('Triggers batches of the tasks instead of single runs.'),
    multipleUse: z.boolean().optional().describe('Good for more than one trigger, by everyone who sees the token.'),
    expirationTime: expirationTime(),
  }),
);

export const SessionTokenInput = later(() =>
  z.strictObject({
    session: sessionsRetrieve.input().shape.session,
    access: z
      .enum(['read', 'write', 'both'])
      .optional()
      .describe('`read`: follow both channels. `write`: append to in. Both when left out. Example: "read"'),
    expirationTime: expirationTime(),
  }),
);

/** The token is the only secret of the output. */
export const Token = later(() =>
  z.object({
    token: string().describe('The token: hand it to the client that needs it, and store it nowhere.'),
  }),
);

type TokenOutput = z.infer<ReturnType<typeof Token>>;

interface Request {
  readonly scopes: string[];
  readonly oneTimeUse?: boolean;
  readonly expirationTime?: string | number | undefined;
}

/** For servers that cannot mint: the same text that jose would sign. */
function signed(connection: Connection, payload: Payload, issued: number, exp: number): string {
  const text = signingInput(payload, issued, exp);
  return `${text}.${createHmac('sha256', connection.key.reveal()).update(text).digest('base64url')}`;
}

async function mintWith(ask: Ask, connection: Connection, request: Request): Promise<TokenOutput> {
  refuseMinting(connection);
  const { oneTimeUse, scopes } = request;
  const issued = Math.floor(Date.now() / 1000);
  const lifetime = lifetimeOf(scopes);
  const exp = expirationOf(request.expirationTime, issued, lifetime);
  // As it was asked for, and the server's own 15 minutes where nothing was.
  const time = request.expirationTime ?? (lifetime === defaultLifetime ? undefined : `${lifetime}s`);
  const use = oneTimeUse === undefined ? {} : { oneTimeUse };
  try {
    return { token: await serverMinted(ask, { scopes, ...(time !== undefined && { expirationTime: time }), ...use }) };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code !== 'server_too_old' || connection.kind !== 'root') {
      throw error;
    }
  }
  const claims = await ask(tokensClaims, {});
  const payload = { ...claims, ...(oneTimeUse !== undefined && { otu: oneTimeUse }), scopes };
  return { token: signed(connection, payload, issued, exp) };
}

export async function createPublicToken(
  nango: NangoBase,
  input: z.infer<ReturnType<typeof PublicTokenInput>>,
): Promise<TokenOutput> {
  return composedAction(nango, (ask, connection) => mintWith(ask, connection, parsed(PublicTokenInput(), input)));
}

export async function createTriggerToken(
  nango: NangoBase,
  input: z.infer<ReturnType<typeof TriggerTokenInput>>,
): Promise<TokenOutput> {
  return composedAction(nango, (ask, connection) => {
    const { batch, expirationTime: time, multipleUse, tasks } = parsed(TriggerTokenInput(), input);
    const { scopes } = flattenScopes({ [batch === true ? 'batchTrigger' : 'trigger']: { tasks } });
    return mintWith(ask, connection, { scopes, oneTimeUse: multipleUse !== true, expirationTime: time });
  });
}

export async function createSessionToken(
  nango: NangoBase,
  input: z.infer<ReturnType<typeof SessionTokenInput>>,
): Promise<TokenOutput> {
  return composedAction(nango, (ask, connection) => {
    const { access = 'both', expirationTime: time, session } = parsed(SessionTokenInput(), input);
    const sessions = session;
    const { scopes } = flattenScopes({
      ...(access !== 'write' && { read: { sessions } }),
      ...(access !== 'read' && { write: { sessions } }),
    });
    return mintWith(ask, connection, { scopes, expirationTime: time });
  });
}

/** Nango does not check the input of a deployed function. */
function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(input);
  if (error !== undefined) {
    throw inputError(tokensCreate, error.issues);
  }
  return data as z.output<Schema>;
}
