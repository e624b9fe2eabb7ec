import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { ConnectorError } from '../../../errors/index.js';
import { integrationId } from '../../nango-connection.js';
import type { SyncOutcome } from '../../store/store.js';
import { jsonOf, parseBody, parsePart, Refusal } from '../refusal.js';
import {
  checkIntegration,
  connectionId,
  integrationKey,
  isKnown,
  type NangoApi,
  noQuery,
  unknownConnection,
} from './context.js';

const syncName = z.union([
  z.string().min(1).max(255),
  z.strictObject({ name: z.string().min(1).max(255), variant: z.enum(['base']) }).transform(({ name }) => name),
]);

const command = z.strictObject({
  syncs: z.array(syncName).max(256),
  provider_config_key: integrationKey,
  connection_id: connectionId.optional(),
});

const modes = ['sync_mode', 'full_resync'] as const;

const trigger = command
  .extend({
    opts: z.object({ reset: z.boolean().optional(), emptyCache: z.boolean().optional() }).optional(),
    full_resync: z.boolean().optional(),
    sync_mode: z.enum(['incremental', 'full_refresh', 'full_refresh_and_clear_cache']).optional(),
  })
  .refine((given) => given.opts === undefined || modes.every((mode) => given[mode] === undefined), {
    path: ['opts'],
    message: 'opts says it all: leave sync_mode and full_resync out.',
  });

const statusQuery = z.strictObject({
  syncs: z.string().min(1),
  provider_config_key: integrationKey,
  connection_id: connectionId.optional(),
});

const frequencyBody = z.strictObject({
  sync_name: z.string().min(1).max(255),
  sync_variant: z.enum(['base']).optional(),
  provider_config_key: integrationKey,
  connection_id: connectionId,
  frequency: z.string().min(1).max(255).nullable(),
});

/** Of a trigger the headers say what the body leaves out. */
async function triggerBody(context: Context): Promise<unknown> {
  const given = await jsonOf(context);
  if (typeof given !== 'object' || given === null) {
    return given;
  }
  const named = {
    provider_config_key: context.req.header('provider-config-key'),
    connection_id: context.req.header('connection-id'),
  };
  const body = { ...JSON.parse(JSON.stringify(named)), ...given } as Record<string, unknown>;
  if (!body['provider_config_key']) {
    const message = 'Name the integration: provider_config_key in the body, or the header Provider-Config-Key.';
    throw new Refusal(400, 'missing_provider_config_key', message);
  }
  return body;
}

const modelsOf = async ({ host }: NangoApi, sync: string) => (await host.describeSync(sync)).models;

/** What is asked for: every sync where none is named, every connection where none is. */
async function targets(
  { host, scheduler }: NangoApi,
  { connection_id, provider_config_key, syncs }: z.output<typeof command>,
): Promise<{ id: string; sync: string }[]> {
  checkIntegration(provider_config_key);
  if (connection_id !== undefined && !isKnown(host, connection_id)) {
    throw unknownConnection(404, { connectionId: connection_id, providerConfigKey: provider_config_key });
  }
  await scheduler.load();
  const known = syncs.filter((name) => scheduler.syncs.includes(name));
  // Of one connection every name has to be right; of all, one is enough.
  if (syncs.length > 0 && (connection_id === undefined ? known.length === 0 : known.length < syncs.length)) {
    throw new Refusal(400, 'no_syncs_found', `There are these syncs: ${scheduler.syncs.join(', ')}.`, { payload: {} });
  }
  const ids = connection_id === undefined ? host.connections.ids() : [connection_id];
  return ids.flatMap((id) => (syncs.length === 0 ? scheduler.syncs : known).map((sync) => ({ id, sync })));
}

const resultOf = ({ added, deleted, updated }: SyncOutcome) => ({ added, updated, deleted });

/** Nango's words for where a sync stands. */
async function statusOf(nango: NangoApi, id: string, sync: string): Promise<Record<string, unknown>> {
  const { host, scheduler } = nango;
  const { frequency, nextAt, state } = scheduler.schedule(id, sync);
  const last = host.store.lastOutcome(id, sync);
  const models = await modelsOf(nango, sync);
  const isRunning = host.isRunning(id, sync);
  const waitsFor = scheduler.waitsFor(id, sync);
  // A stop of the host cut it off: it goes on at the next start, and nothing is wrong with it.
  const isWrong = last?.error !== undefined && last.error.code !== 'aborted';
  const ended = isWrong || state === 'stopped' ? 'ERROR' : 'SUCCESS';
  // Nango calls a job that failed, or was cut off, a stopped one.
  const job = isRunning ? 'RUNNING' : last?.error ? 'STOPPED' : 'SUCCESS';
  return {
    id: `${id}/${sync}`,
    connection_id: id,
    // These syncs read everything they are not sure of, which is what Nango calls a full job, each time.
    type: 'INITIAL',
    name: sync,
    variant: 'base',
    status: isRunning ? 'RUNNING' : state === 'paused' ? 'PAUSED' : ended,
    frequency,
    nextScheduledSyncAt: state === 'started' ? new Date(nextAt).toISOString() : null,
    // Not of Nango.
    ...(waitsFor !== undefined && { waitsFor }),
    ...(last !== undefined && {
      ...(!isRunning && { finishedAt: new Date(last.finishedAt).toISOString() }),
      latestResult: Object.fromEntries(models.map((model) => [model, resultOf(last)])),
    }),
    ...((last !== undefined || isRunning) && { latestExecutionStatus: job }),
    recordCount: Object.fromEntries(models.map((model) => [model, host.store.countRecords(id, model)])),
    checkpoint: host.store.checkpoint(id, sync),
  };
}

/** Start, pause, trigger, status and frequency of syncs. Source: Nango's `PostPublicTrigger` and its neighbours. */
export function addSyncs(api: Hono, nango: NangoApi): void {
  const { access, host, scheduler } = nango;
  api.post('/sync/start', access.withApiKey, async (context) => {
    for (const { id, sync } of await targets(nango, await parseBody(context, command))) {
      scheduler.resume(id, sync);
    }
    return context.json({ success: true });
  });

  api.post('/sync/pause', access.withApiKey, async (context) => {
    for (const { id, sync } of await targets(nango, await parseBody(context, command))) {
      await scheduler.pause(id, sync);
    }
    return context.json({ success: true });
  });

  api.post('/sync/trigger', access.withApiKey, noQuery, async (context) => {
    const { full_resync, opts, sync_mode, ...rest } = parsePart('body', trigger, await triggerBody(context));
    const reset = opts?.reset ?? full_resync ?? sync_mode?.startsWith('full_refresh') ?? false;
    // Alone it empties nothing, as at Nango.
    const emptyCache = opts?.emptyCache ?? sync_mode === 'full_refresh_and_clear_cache';
    const triggered = await targets(nango, rest);
    for (const { id, sync } of triggered) {
      await scheduler.trigger(id, sync, { reset, emptyCache });
    }
    const waiting = (await scheduler.waiting(triggered)).map(({ id, sync, waitsFor }) => ({
      connection_id: id,
      name: sync,
      waitsFor,
    }));
    return context.json({ success: true, ...(waiting.length > 0 && { waiting }) });
  });

  api.get('/sync/status', access.withApiKey, async (context) => {
    const { connection_id: id, provider_config_key, syncs } = parsePart('query', statusQuery, context.req.query());
    const isHere = provider_config_key === integrationId;
    if (id !== undefined && !(isHere && isKnown(host, id))) {
      throw new Refusal(400, 'invalid_body', 'There is no connection of that id for that integration.');
    }
    await scheduler.load();
    const names = scheduler.syncs.filter((name) => syncs === '*' || syncs.split(',').includes(name));
    const ids = id === undefined ? host.connections.ids() : [id];
    const found = isHere ? ids.flatMap((connection) => names.map((name) => [connection, name] as const)) : [];
    return context.json({ syncs: await Promise.all(found.map((target) => statusOf(nango, ...target))) });
  });

  api.put('/sync/update-connection-frequency', access.withApiKey, noQuery, async (context) => {
    const { connection_id, frequency, provider_config_key, sync_name } = await parseBody(context, frequencyBody);
    if (provider_config_key !== integrationId || !isKnown(host, connection_id)) {
      throw unknownConnection();
    }
    await scheduler.load();
    if (!scheduler.syncs.includes(sync_name)) {
      throw new Refusal(400, 'unknown_sync', `There are these syncs: ${scheduler.syncs.join(', ')}.`);
    }
    try {
      return context.json({ frequency: scheduler.setFrequency(connection_id, sync_name, frequency) });
    } catch (error) {
      if (!(error instanceof ConnectorError && error.code === 'input_invalid')) {
        throw error;
      }
      const problems = [{ code: 'invalid_format', message: error.message, path: ['frequency'] }];
      throw new Refusal(400, 'invalid_body', error.message, { problems });
    }
  });
}
