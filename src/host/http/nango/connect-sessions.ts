import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { type GivenConfig, overlaid } from '../../given-config.js';
import { integrationId } from '../../nango-connection.js';
import type { ConnectSession } from '../../store/connect-sessions.js';
import { jsonObject } from '../json-object.js';
import { presetOf } from '../presets.js';
import { parseBody, Refusal } from '../refusal.js';
import { notAdmitted } from './connections.js';
import { checkIntegration, connectionId, type NangoApi, noQuery } from './context.js';
import { endUser, endUserOf, organization, tags, tagsOf } from './end-user.js';

const defaults = z.record(
  z.string(),
  z.strictObject({
    user_scopes: z.string().optional(),
    authorization_params: z.record(z.string(), z.string()).optional(),
    connection_config: jsonObject.optional(),
  }),
);

const shared = {
  tags: tags.optional(),
  end_user: endUser.optional(),
  organization: organization.optional(),
  integrations_config_defaults: defaults.optional(),
  overrides: z.record(z.string(), z.object({ docs_connect: z.url().optional() })).optional(),
};

const sessionBody = z
  .strictObject({ ...shared, allowed_integrations: z.array(z.string().max(255)).max(100).optional() })
  .refine((body) => body.tags !== undefined || body.end_user !== undefined, {
    path: ['end_user'],
    message: 'Give tags or end_user.',
  });

const reconnectBody = z.strictObject({ ...shared, connection_id: connectionId, integration_id: z.string().max(255) });

const credentials = z.strictObject({ apiKey: z.string().min(1).max(1_024) });

type Given = z.output<typeof sessionBody>;

const sessionOf = (given: Omit<Given, 'allowed_integrations'>, more: Partial<ConnectSession>): ConnectSession => ({
  tags: tagsOf(given),
  endUser: endUserOf(given),
  allowedIntegrations: null,
  defaults: given.integrations_config_defaults ?? {},
  reconnects: null,
  ...more,
});

const isHere = (name: string) => name === integrationId;

/** Refuses what names an integration that is not here, with each place. */
function checkNames({ allowed_integrations = [], integrations_config_defaults = {}, overrides = {} }: Given): void {
  const paths = [
    ...allowed_integrations.flatMap((name, at) => (isHere(name) ? [] : [['allowed_integrations', at]])),
    ...Object.keys(integrations_config_defaults).flatMap((name) =>
      isHere(name) ? [] : [['integrations_config_defaults', name]],
    ),
    ...Object.keys(overrides).flatMap((name) => (isHere(name) ? [] : [['overrides', name]])),
  ];
  if (paths.length > 0) {
    const message = `There is one integration here: ${integrationId}.`;
    const problems = paths.map((path) => ({ code: 'custom', message, path }));
    throw new Refusal(400, 'invalid_body', message, { problems });
  }
}

/** What the form brings as `params[name]`, over what the connection has, under what the session presets. */
function configOf(context: Context, session: ConnectSession, kept: GivenConfig): GivenConfig {
  const given = [...new URL(context.req.url).searchParams].flatMap(([name, value]) => {
    const key = /^params\[([^\]]{1,64})\]$/.exec(name)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  return overlaid(overlaid(kept, Object.fromEntries(given)), presetOf(session));
}

/** Sessions of the connect form, and the call with which a form connects. Source: Nango's `PostConnectSessions`. */
export function addConnectSessions(api: Hono, nango: NangoApi): void {
  const { access, connecting, host, originOf } = nango;

  const created = async (context: Context, session: ConnectSession) => {
    const { expiresAt, token } = await access.createSession(session);
    const link = `${originOf(context)}/connect?session_token=${token}`;
    return context.json({ data: { token, connect_link: link, expires_at: expiresAt } }, 201);
  };

  api.post('/connect/sessions', access.withApiKey, noQuery, async (context) => {
    const given = await parseBody(context, sessionBody);
    checkNames(given);
    return created(context, sessionOf(given, { allowedIntegrations: given.allowed_integrations ?? null }));
  });

  api.post('/connect/sessions/reconnect', access.withApiKey, noQuery, async (context) => {
    const { connection_id: id, integration_id, ...given } = await parseBody(context, reconnectBody);
    const known = isHere(integration_id) ? host.store.kept.find(id) : undefined;
    if (known === undefined) {
      throw new Refusal(400, 'invalid_body', 'There is no connection of that id for that integration.');
    }
    checkNames(given);
    const session = sessionOf(given, { reconnects: id });
    const { endUser: user, tags: own } = known.about;
    return created(context, {
      ...session,
      tags: given.tags === undefined && given.end_user === undefined ? own : session.tags,
      endUser: session.endUser ?? user,
    });
  });

  api.get('/connect/session', (context) => {
    const { allowedIntegrations, defaults: preset, endUser: user, reconnects, tags: own } = access.session(context);
    return context.json({
      data: {
        ...(allowedIntegrations && { allowed_integrations: allowedIntegrations }),
        integrations_config_defaults: preset,
        endUser: user,
        tags: own,
        isReconnecting: reconnects !== null,
        connectUISettings: { showWatermark: false, defaultTheme: 'system', theme: {} },
      },
    });
  });

  api.delete('/connect/session', async (context) => {
    const { hash } = access.session(context);
    await host.store.write(() => host.store.sessions.end(hash));
    return context.body(null, 204);
  });

  // A page tells with it what a person did; nothing is kept.
  api.post('/connect/telemetry', (context) => context.body(null, 204));

  api.post('/api-auth/api-key/:integration', async (context) => {
    const token = context.req.query('connect_session_token');
    if (token === undefined) {
      throw new Refusal(401, 'missing_auth_header', 'Connect with a session: create one with POST /connect/sessions.');
    }
    const session = access.session(context, token);
    if (context.req.query('connection_id') !== undefined) {
      const problem = {
        code: 'unrecognized_keys',
        message: 'A session names the connection.',
        path: ['connection_id'],
      };
      throw new Refusal(400, 'invalid_query_params', 'Leave connection_id out.', { problems: [problem] });
    }
    checkIntegration(context.req.param('integration') ?? '', 404);
    const { apiKey } = await parseBody(context, credentials);
    connecting.count(context);
    const { admission, id } = await connecting.withSession(session, (who, replaced, ...as) =>
      connecting.connectGiven(apiKey, configOf(context, session, connecting.configOf(replaced)), who, replaced, ...as),
    );
    if (id === undefined) {
      throw notAdmitted(admission);
    }
    return context.json({ connectionId: id, providerConfigKey: integrationId });
  });
}
