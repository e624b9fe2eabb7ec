import type { Hono } from 'hono';
import * as z from 'zod';
import type { Admission } from '../../admission.js';
import { integrationId } from '../../nango-connection.js';
import { parseBody, parsePart, Refusal } from '../refusal.js';
import { checkIntegration, connectionId, isKnown, type NangoApi, unknownConnection } from './context.js';
import { endUser, endUserOf, tags } from './end-user.js';

const metadata = z.record(z.string(), z.unknown());

/** A client takes these two out of any path, so such a connection could not be asked for. */
const newId = connectionId.refine((id) => id !== '.' && id !== '..', 'A connection id cannot be . or ..');

const importBody = z.strictObject({
  connection_id: newId.optional(),
  provider_config_key: z.string().min(1).max(255),
  credentials: z.object({ type: z.literal('API_KEY'), apiKey: z.string().min(1).max(1_024) }),
  connection_config: z.record(z.string(), z.unknown()).optional(),
  metadata: metadata.optional(),
  tags: tags.optional(),
  end_user: endUser.optional(),
});

const patchBody = z.strictObject({ tags: tags.optional(), end_user: endUser.optional() });

const metadataBody = z.strictObject({
  metadata,
  connection_id: z.union([connectionId, z.array(connectionId).min(1).max(100)]),
  provider_config_key: z.string().min(1).max(255),
});

const listQuery = z.object({
  connectionId: connectionId.optional(),
  search: z.string().max(255).optional(),
  endUserId: z.string().max(255).optional(),
  integrationId: z.string().max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
  page: z.coerce.number().int().min(0).default(0),
});

/** Nango's word for a connection that its `validate-connection` function refuses. */
export function notAdmitted({ code, issues, message }: Admission): Refusal {
  const said = issues?.map((issue) => issue.message).join(' ') ?? message;
  return new Refusal(400, 'connection_validation_failed', said, { payload: { code, ...(issues && { issues }) } });
}

const asked = (url: string) => new URL(url).searchParams;

function wantedTags(url: string): [string, string][] {
  return [...asked(url)].flatMap(([name, value]) => {
    const tag = /^tags\[([^\]]{1,64})\]$/.exec(name)?.[1];
    return tag === undefined ? [] : [[tag, value] as [string, string]];
  });
}

/** List, read, import, change and delete connections. Source: Nango's `GetPublicConnections` and its neighbours. */
export function addConnections(api: Hono, nango: NangoApi): void {
  const { access, connecting, host, log } = nango;

  const listed = (id: string) => {
    const { created_at, connection_config: _, credentials: __, ...connection } = host.connections.nango(id);
    return { ...connection, created: created_at };
  };

  /** The one that a path names; Nango asks for the integration beside the id, and older clients leave it out. */
  const named = (id: string | undefined, integration: string | undefined): string => {
    if (integration !== undefined) {
      checkIntegration(integration);
    }
    if (id === undefined || !host.isConnected(id)) {
      throw new Refusal(404, 'not_found', 'There is no connection of that id for that integration.');
    }
    return id;
  };

  for (const path of ['/connections', '/connection']) {
    api.get(path, access.withApiKey, (context) => {
      const query = parsePart('query', listQuery, context.req.query());
      const integrations = query.integrationId?.split(',');
      const wanted = wantedTags(context.req.url);
      const found = integrations !== undefined && !integrations.includes(integrationId) ? [] : host.connections.ids();
      const connections = found
        .filter((id) => query.connectionId === undefined || id === query.connectionId)
        .filter((id) => query.search === undefined || id.includes(query.search))
        .map(listed)
        .filter(({ end_user }) => query.endUserId === undefined || end_user?.['id'] === query.endUserId)
        .filter(({ tags: own }) => wanted.every(([name, value]) => own[name] === value))
        .slice(query.page * query.limit, (query.page + 1) * query.limit);
      return context.json({ connections });
    });

    api.post(path, access.withApiKey, async (context) => {
      const body = await parseBody(context, importBody);
      checkIntegration(body.provider_config_key);
      const who = {
        ...(body.tags && { tags: body.tags }),
        ...(body.end_user && { endUser: endUserOf(body.end_user) }),
      };
      const { admission, id } = await connecting.connectGiven(
        body.credentials.apiKey,
        body.connection_config ?? {},
        who,
        body.connection_id,
      );
      if (id === undefined) {
        throw notAdmitted(admission);
      }
      if (body.metadata !== undefined) {
        host.setMetadata(id, body.metadata);
      }
      return context.json(host.connections.nango(id), 201);
    });

    api.on(['POST', 'PATCH'], `${path}/metadata`, access.withApiKey, async (context) => {
      const { connection_id: given, metadata: values, provider_config_key } = await parseBody(context, metadataBody);
      checkIntegration(provider_config_key);
      const ids = [given].flat();
      if (!ids.every((id) => isKnown(host, id))) {
        throw unknownConnection();
      }
      for (const id of ids) {
        host.setMetadata(id, context.req.method === 'PATCH' ? { ...host.store.metadata(id), ...values } : values);
      }
      const echo = { metadata: values, provider_config_key, connection_id: given };
      return context.json(echo, context.req.method === 'POST' ? 201 : 200);
    });

    api.get(`${path}/:id`, access.withApiKey, (context) =>
      context.json(host.connections.nango(named(context.req.param('id'), context.req.query('provider_config_key')))),
    );

    api.patch(`${path}/:id`, access.withApiKey, async (context) => {
      const id = named(context.req.param('id'), context.req.query('provider_config_key'));
      const body = await parseBody(context, patchBody);
      host.connections.describe(id, {
        ...(body.tags && { tags: body.tags }),
        ...(body.end_user && { endUser: endUserOf(body.end_user) }),
      });
      return context.json({ success: true });
    });

    api.delete(`${path}/:id`, access.withApiKey, async (context) => {
      const id = context.req.param('id');
      checkIntegration(context.req.query('provider_config_key') ?? integrationId);
      if (id === undefined || !isKnown(host, id)) {
        throw unknownConnection();
      }
      await host.disconnect(id);
      log('info', 'connection.deleted', { connection: id });
      return context.json({ success: true });
    });
  }
}
