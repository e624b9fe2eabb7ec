import { fields } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import { integrationId } from '../../host/nango-connection.js';
import { named, type Side } from './side.js';

const notReady = (side: Side, message: string) =>
  new ConnectorError('input_invalid', `${side.name} (${side.url}) is not ready: ${message} Nothing was moved.`);

/** Is it a host of ours, rather than a Nango? */
async function isHost(side: Side): Promise<boolean> {
  const { body } = await side.look('/openapi.json');
  return (body as { info?: { title?: string } } | undefined)?.info?.title === 'Trigger.dev connector';
}

/** Is the function there that checks a key? Older versions of Nango list none of its kind; its syncs are then a sign. */
async function hasFunctions(side: Side): Promise<boolean> {
  const events = await side.look(`/integrations/${integrationId}/functions?type=on-event&limit=100`);
  const listed = (events.body as { data?: { name: string }[] } | undefined)?.data;
  if (events.status === 200 && Array.isArray(listed) && listed.length > 0) {
    return listed.some(({ name }) => name === 'validate-connection');
  }
  const { body } = await side.ask('GET', '/scripts/config');
  const all = Array.isArray(body) ? (body as { providerConfigKey?: string; syncs?: unknown[] }[]) : [];
  return all.some(({ providerConfigKey, syncs = [] }) => providerConfigKey === integrationId && syncs.length > 0);
}

/** Is everything there that a connection needs? Throws `input_invalid` with what is missing. */
export async function checkTarget(side: Side, needsFunctions: boolean): Promise<{ isNango: boolean }> {
  const integration = await side.ask('GET', `/integrations/${integrationId}`);
  if (integration.status !== 200) {
    throw notReady(
      side,
      `it has no integration ${integrationId} (${side.refusal(integration)}). Create it, with the provider Trigger.dev.`,
    );
  }
  const { provider } = (integration.body as { data: { provider: string } }).data;
  const entry = await side.ask('GET', `/providers/${encodeURIComponent(provider)}`);
  const config = (entry.body as { data?: { connection_config?: object } } | undefined)?.data?.connection_config ?? {};
  const missing = fields.config.map(({ nangoName }) => nangoName).filter((name) => !Object.hasOwn(config, name));
  if (missing.length > 0) {
    throw notReady(side, `its provider entry lacks ${missing.join(', ')}. See docs/nango.md, Provider entry.`);
  }
  const isNango = !(await isHost(side));
  if (isNango && needsFunctions && !(await hasFunctions(side))) {
    throw notReady(
      side,
      'the functions are not deployed, so nothing would check a key or run a sync there. Deploy them (docs/nango.md), or pass --keep-running.',
    );
  }
  return { isNango };
}

/** Ids of all connections of the integration, page by page. */
export async function connectionIds(side: Side): Promise<string[]> {
  const ids: string[] = [];
  const limit = 1_000;
  for (let page = 0; ; page += 1) {
    const listed = await side.ask('GET', `/connections?integrationId=${integrationId}&limit=${limit}&page=${page}`);
    if (listed.status !== 200) {
      throw new ConnectorError('platform_error', `${side.name} does not list its connections: ${side.refusal(listed)}`);
    }
    const { connections } = listed.body as { connections: { connection_id: string }[] };
    ids.push(...connections.map(({ connection_id }) => connection_id));
    if (connections.length < limit) {
      return ids;
    }
  }
}

export const pathOf = (id: string) => `/connections/${encodeURIComponent(id)}?${named}`;
