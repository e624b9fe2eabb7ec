import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { providerConfig } from '../../../connection/provider.generated.js';
import { integrationId } from '../../nango-connection.js';
import { parsePart, Refusal } from '../refusal.js';
import type { NangoApi } from './context.js';

const since = '2026-01-01T00:00:00.000Z';

const query = z.strictObject({ include: z.array(z.enum(['webhook', 'credentials'])).optional() });

/** A list, also where it has one value. */
const includedBy = (context: Context) => {
  const include = context.req.queries('include');
  return { ...context.req.query(), ...(include && { include }) };
};

/** Integrations and providers: one of each. Source: Nango's `GetPublicListIntegrations` and `GetPublicProvider`. */
export function addCatalogue(api: Hono, { access, originOf }: NangoApi): void {
  const logo = (context: Context) => `${originOf(context)}/logo.svg`;
  const integration = (context: Context) => ({
    unique_key: integrationId,
    provider: integrationId,
    display_name: providerConfig.display_name,
    logo: logo(context),
    forward_webhooks: false,
    created_at: since,
    updated_at: since,
  });
  const provider = (context: Context) => ({ name: integrationId, logo_url: logo(context), ...providerConfig });
  const only = (name: string | undefined) => {
    if (name !== integrationId) {
      throw new Refusal(404, 'not_found', `There is one here: ${integrationId}.`);
    }
  };

  api.get('/integrations', access.withApiKeyOrSession, (context) => context.json({ data: [integration(context)] }));
  api.get('/integrations/:id', access.withApiKeyOrSession, (context) => {
    const { include = [] } = parsePart('query', query, includedBy(context));
    if (include.length > 0 && access.isSession(context)) {
      throw new Refusal(403, 'invalid_permissions', 'Only the API key may ask for more than the integration itself.');
    }
    only(context.req.param('id'));
    // An integration by API key has no credentials of its own, and Trigger.dev calls no webhook of Nango's.
    const more = { ...(include.includes('webhook') && { webhook_url: null }) };
    const secret = { ...(include.includes('credentials') && { credentials: null }) };
    return context.json({ data: { ...integration(context), ...more, ...secret } });
  });
  api.get('/providers', access.withApiKeyOrSession, (context) => context.json({ data: [provider(context)] }));
  api.get('/providers/:id', access.withApiKeyOrSession, (context) => {
    only(context.req.param('id'));
    return context.json({ data: provider(context) });
  });
}
