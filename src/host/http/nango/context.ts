import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import type { Host } from '../../host.js';
import type { Log } from '../../log.js';
import { integrationId } from '../../nango-connection.js';
import type { Scheduler } from '../../runner/scheduler.js';
import type { Tell } from '../../webhook-bodies.js';
import type { Access } from '../access.js';
import type { Connecting } from '../connecting.js';
import { parsePart, Refusal } from '../refusal.js';

/** What the routes of Nango's API work with. */
export interface NangoApi {
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly access: Access;
  readonly connecting: Connecting;
  readonly log: Log;
  readonly tell: Tell;
  /** Origin under which people reach this host. */
  readonly originOf: (context: Context) => string;
}

/** As Nango: printable characters of URLs and paths. */
export const connectionId = z
  .string()
  .regex(/^[a-zA-Z0-9,.;:=+~[\]|@${}"'\\/_ -]+$/)
  .max(255);

export const integrationKey = z.string().min(1).max(255);

const headers = z.object({ 'connection-id': connectionId, 'provider-config-key': integrationKey });

const noConnection = 'There is no connection of that id for that integration.';

export const unknownConnection = (status: 400 | 404 = 400, payload?: unknown) =>
  new Refusal(status, 'unknown_connection', noConnection, { payload });

/** The integration is there, or a refusal: each route of Nango says it in its own way. */
export function checkIntegration(name: string, status: 400 | 404 = 400, code = 'unknown_provider_config'): void {
  if (name !== integrationId) {
    throw new Refusal(status, code, `There is one integration here: ${integrationId}.`);
  }
}

interface NamedConnection {
  /** Counts where the header is left out. */
  readonly integration?: string;
  readonly unknown?: () => Refusal;
}

/** The connection that `Connection-Id` and `Provider-Config-Key` name. */
export function connectionOf(
  { host }: NangoApi,
  context: Context,
  { integration, unknown = unknownConnection }: NamedConnection = {},
): string {
  const given = parsePart('headers', headers, {
    'connection-id': context.req.header('connection-id'),
    'provider-config-key': context.req.header('provider-config-key') ?? integration,
  });
  const id = given['connection-id'];
  if (given['provider-config-key'] !== integrationId || !isKnown(host, id)) {
    throw unknown();
  }
  return id;
}

const nothing = z.strictObject({});

/** Refuses any query, where Nango takes none: a parameter that does nothing hides a mistake. */
export const noQuery: MiddlewareHandler = (context, next) => {
  parsePart('query', nothing, context.req.query());
  return next();
};

/** Also one whose key is not at hand: its records can be read. */
export const isKnown = (host: Host, id: string) =>
  host.isConnected(id) || host.store.connections().some((known) => known.id === id);
