import type { Context, Hono } from 'hono';
import { providerConfig } from '../../../connection/provider.generated.js';
import { integrationId } from '../../nango-connection.js';
import { Refusal } from '../refusal.js';
import type { NangoApi } from './context.js';

const since = '2026-01-01T00:00:00.000Z';

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
    only(context.req.param('id'));
    return context.json({ data: integration(context) });
  });
  api.get('/providers', access.withApiKeyOrSession, (context) => context.json({ data: [provider(context)] }));
  api.get('/providers/:id', access.withApiKeyOrSession, (context) => {
    only(context.req.param('id'));
    return context.json({ data: provider(context) });
  });
}
