import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { Admission } from '../../admission.js';
import { integrationId } from '../../nango-connection.js';
import { jsonObject } from '../json-object.js';
import { parseBody, parsePart, Refusal } from '../refusal.js';
import {
  checkIntegration,
  connectionId,
  integrationKey,
  isKnown,
  type NangoApi,
  noQuery,
  unknownConnection,
} from './context.js';
import { endUser, endUserOf, tags, tagsOf } from './end-user.js';

/** A client takes these two out of any path, so such a connection could not be asked for. */
const newId = connectionId.refine((id) => id !== '.' && id !== '..', 'A connection id cannot be . or ..');

const importBody = z.strictObject({
  connection_id: newId.optional(),
  provider_config_key: integrationKey,
  credentials: z.strictObject({ type: z.literal('API_KEY'), apiKey: z.string().min(1).max(1_024) }),
  connection_config: jsonObject.optional(),
  metadata: jsonObject.optional(),
  tags: tags.optional(),
  end_user: endUser.optional(),
});

const patchBody = z.strictObject({ tags: tags.optional(), end_user: endUser.optional() });

const metadataBody = z.strictObject({
  metadata: jsonObject,
  connection_id: z.union([connectionId, z.array(connectionId).min(1).max(100)]),
  provider_config_key: integrationKey,
});

const named = z.strictObject({ provider_config_key: integrationKey });

// What refreshes a token at Nango; an API key has none.
const refresh = z.stringbool().optional();
const readQuery = named.extend({
  refresh_token: refresh,
  force_refresh: refresh,
  refresh_github_app_jwt_token: refresh,
});

const listQuery = z.strictObject({
  connectionId: connectionId.optional(),
  search: z.string().min(1).max(255).optional(),
  endUserId: z.string().min(1).max(255).optional(),
  endUserOrganizationId: z.string().min(1).max(255).optional(),
  integrationId: z.string().min(1).max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(2_000).optional(),
  page: z.coerce.number().int().min(0).default(0),
  tags: tags.optional(),
});

/** Where no limit is given. */
const mostListed = 10_000;

/** Nango's word for a connection that its `validate-connection` function refuses. */
export function notAdmitted({ code, issues, message }: Admission): Refusal {
  const said = issues?.map((issue) => issue.message).join(' ') ?? message;
  return new Refusal(400, 'connection_validation_failed', said, { payload: { code, ...(issues && { issues }) } });
}

/** `tags[name]=value` stands for an object. */
function queryOf(context: Context): Record<string, unknown> {
  const given = Object.entries(context.req.query());
  const wanted = given.flatMap(([name, value]) => {
    const tag = /^tags\[([^\]]{1,64})\]$/.exec(name)?.[1];
    return tag === undefined ? [] : [[tag, value] as const];
  });
  const rest = given.filter(([name]) => !name.startsWith('tags['));
  return { ...Object.fromEntries(rest), ...(wanted.length > 0 && { tags: Object.fromEntries(wanted) }) };
}

/** List, read, import, change and delete connections. Source: Nango's `GetPublicConnections` and its neighbours. */
export function addConnections(api: Hono, nango: NangoApi): void {
  const { access, connecting, host, log } = nango;

  /** The connection that path and query name. */
  const namedBy = (context: Context, query: z.ZodType<{ provider_config_key: string }>): string => {
    const id = context.req.param('id') ?? '';
    checkIntegration(parsePart('query', query, context.req.query()).provider_config_key);
    if (!host.isConnected(id)) {
      throw new Refusal(404, 'not_found', 'There is no connection of that id for that integration.');
    }
    return id;
  };

  for (const path of ['/connections', '/connection']) {
    api.get(path, access.withApiKey, (context) => {
      const query = parsePart('query', listQuery, queryOf(context));
      const { limit = mostListed } = query;
      const integrations = query.integrationId?.split(',').map((name) => name.trim());
      const wanted = Object.entries(query.tags ?? {});
      const isHere = integrations === undefined || integrations.includes(integrationId);
      const isWanted = (id: string) =>
        isHere && [undefined, id].includes(query.connectionId) && id.includes(query.search ?? '');
      const organizationOf = (user: Readonly<Record<string, unknown>> | null) =>
        (user?.['organization'] as { id?: string } | null | undefined)?.id;
      const connections = host.connections
        .listed(isWanted)
        .filter(({ end_user }) => query.endUserId === undefined || end_user?.['id'] === query.endUserId)
        .filter(({ end_user }) => [undefined, organizationOf(end_user)].includes(query.endUserOrganizationId))
        .filter(({ tags: own }) => wanted.every(([name, value]) => own[name] === value))
        .slice(query.page * limit, (query.page + 1) * limit);
      return context.json({ connections });
    });

    api.post(path, access.withApiKey, noQuery, async (context) => {
      const body = await parseBody(context, importBody);
      checkIntegration(body.provider_config_key, 404, 'not_found');
      const who = {
        ...((body.tags || body.end_user) && { tags: tagsOf(body) }),
        ...(body.end_user && { endUser: endUserOf(body) }),
        // With the connection: its first sync begins at once, and reads them.
        ...(body.metadata && { metadata: body.metadata }),
      };
      const { connection_config: config, connection_id, credentials } = body;
      const { admission, id } = await connecting.connectGiven(credentials.apiKey, config, who, connection_id);
      if (id === undefined) {
        throw notAdmitted(admission);
      }
      return context.json(host.connections.nango(id), 201);
    });

    api.on(['POST', 'PATCH'], `${path}/metadata`, access.withApiKey, noQuery, async (context) => {
      const { connection_id: given, metadata: values, provider_config_key } = await parseBody(context, metadataBody);
      const ids = [given].flat();
      if (provider_config_key !== integrationId || !ids.every((id) => isKnown(host, id))) {
        throw unknownConnection(404);
      }
      const { method } = context.req;
      await host.store.write(() => {
        for (const id of ids) {
          host.setMetadata(id, method === 'PATCH' ? { ...host.store.metadata(id), ...values } : values);
        }
      });
      const echo = { metadata: values, provider_config_key, connection_id: given };
      return context.json(echo, context.req.method === 'POST' ? 201 : 200);
    });

    api.get(`${path}/:id`, access.withApiKey, (context) => {
      const id = namedBy(context, readQuery);
      host.connections.fetched(id);
      return context.json(host.connections.nango(id));
    });

    api.patch(`${path}/:id`, access.withApiKey, async (context) => {
      const id = namedBy(context, named);
      const body = await parseBody(context, patchBody);
      await host.connections.describe(id, {
        ...(body.tags && { tags: body.tags }),
        ...(body.end_user && { endUser: endUserOf(body) }),
      });
      return context.json({ success: true });
    });

    api.delete(`${path}/:id`, access.withApiKey, async (context) => {
      const id = context.req.param('id');
      const { provider_config_key } = parsePart('query', named, context.req.query());
      if (provider_config_key !== integrationId || id === undefined || !isKnown(host, id)) {
        throw unknownConnection();
      }
      await host.disconnect(id);
      log('info', 'connection.deleted', { connection: id });
      return context.json({ success: true });
    });
  }
}
