import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { SyncOutcome } from '../../store/store.js';
import { parseBody, parsePart, Refusal } from '../refusal.js';
import { checkIntegration, connectionId, isKnown, type NangoApi, unknownConnection } from './context.js';

const syncName = z.union([
  z.string().min(1).max(255),
  z.object({ name: z.string().min(1).max(255), variant: z.enum(['base']) }).transform(({ name }) => name),
]);

const command = z.object({
  syncs: z.array(syncName).max(256),
  provider_config_key: z.string().min(1).max(255),
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

const statusQuery = z.object({
  syncs: z.string().min(1),
  provider_config_key: z.string().min(1),
  connection_id: connectionId.optional(),
});

const frequencyBody = z.strictObject({
  sync_name: z.string().min(1).max(255),
  sync_variant: z.enum(['base']).optional(),
  provider_config_key: z.string().min(1),
  connection_id: connectionId,
  frequency: z.string().min(1).max(255).nullable(),
});

/** The headers say what a body leaves out, as Nango's clients do. */
async function bodyOf(context: Context): Promise<unknown> {
  const given: unknown = await context.req.json().catch(() => undefined);
  return typeof given === 'object' && given !== null
    ? {
        provider_config_key: context.req.header('provider-config-key'),
        ...(context.req.header('connection-id') && { connection_id: context.req.header('connection-id') }),
        ...given,
      }
    : given;
}

const modelsOf = async ({ host }: NangoApi, sync: string) => (await host.describeSync(sync)).models;

/** What is asked for: every sync where none is named, every connection where none is. */
async function targets(
  { host, scheduler }: NangoApi,
  { connection_id, provider_config_key, syncs }: z.output<typeof command>,
): Promise<{ id: string; sync: string }[]> {
  checkIntegration(provider_config_key);
  if (connection_id !== undefined && !isKnown(host, connection_id)) {
    throw unknownConnection();
  }
  await scheduler.load();
  const names = syncs.length === 0 ? scheduler.syncs : syncs;
  const unknown = names.find((name) => !scheduler.syncs.includes(name));
  if (unknown !== undefined) {
    throw new Refusal(404, 'no_syncs_found', `There are these syncs: ${scheduler.syncs.join(', ')}.`);
  }
  const ids = connection_id === undefined ? host.connections.ids() : [connection_id];
  return ids.flatMap((id) => names.map((sync) => ({ id, sync })));
}

const resultOf = ({ added, deleted, updated }: SyncOutcome) => ({ added, updated, deleted });

/** Nango's words for where a sync stands. */
async function statusOf(nango: NangoApi, id: string, sync: string): Promise<Record<string, unknown>> {
  const { host, scheduler } = nango;
  const { frequency, nextAt, state } = scheduler.schedule(id, sync);
  const last = host.store.lastOutcome(id, sync);
  const models = await modelsOf(nango, sync);
  const isStopped = last === undefined || last.error?.code === 'aborted';
  const idle = isStopped ? 'STOPPED' : last.error || state === 'stopped' ? 'ERROR' : 'SUCCESS';
  const status = host.isRunning(id, sync) ? 'RUNNING' : state === 'paused' ? 'PAUSED' : idle;
  return {
    id: `${id}/${sync}`,
    connection_id: id,
    type: last === undefined ? 'INITIAL' : 'INCREMENTAL',
    name: sync,
    variant: 'base',
    status,
    frequency,
    finishedAt: last === undefined ? null : new Date(last.finishedAt).toISOString(),
    nextScheduledSyncAt: state === 'started' ? new Date(nextAt).toISOString() : null,
    latestResult: last === undefined ? {} : Object.fromEntries(models.map((model) => [model, resultOf(last)])),
    latestExecutionStatus: last === undefined ? null : last.error ? 'ERROR' : 'SUCCESS',
    recordCount: Object.fromEntries(models.map((model) => [model, host.store.countRecords(id, model)])),
    checkpoint: host.store.checkpoint(id, sync),
  };
}

/** Start, pause, trigger, status and frequency of syncs. Source: Nango's `PostPublicTrigger` and its neighbours. */
export function addSyncs(api: Hono, nango: NangoApi): void {
  const { access, scheduler } = nango;
  api.post('/sync/start', access.withApiKey, async (context) => {
    for (const { id, sync } of await targets(nango, parsePart('body', command, await bodyOf(context)))) {
      scheduler.resume(id, sync);
    }
    return context.json({ success: true });
  });

  api.post('/sync/pause', access.withApiKey, async (context) => {
    for (const { id, sync } of await targets(nango, parsePart('body', command, await bodyOf(context)))) {
      await scheduler.pause(id, sync);
    }
    return context.json({ success: true });
  });

  api.post('/sync/trigger', access.withApiKey, async (context) => {
    const { full_resync, opts, sync_mode, ...rest } = parsePart('body', trigger, await bodyOf(context));
    const reset = opts?.reset ?? full_resync ?? sync_mode?.startsWith('full_refresh') ?? false;
    // Alone it empties nothing, as at Nango.
    const emptyCache = opts?.emptyCache ?? sync_mode === 'full_refresh_and_clear_cache';
    for (const { id, sync } of await targets(nango, rest)) {
      await scheduler.trigger(id, sync, { reset, emptyCache });
    }
    return context.json({ success: true });
  });

  api.get('/sync/status', access.withApiKey, async (context) => {
    const { syncs, ...rest } = parsePart('query', statusQuery, context.req.query());
    const names = syncs === '*' ? [] : syncs.split(',');
    const found = await targets(nango, { ...rest, syncs: names });
    return context.json({ syncs: await Promise.all(found.map(({ id, sync }) => statusOf(nango, id, sync))) });
  });

  api.put('/sync/update-connection-frequency', access.withApiKey, async (context) => {
    const { connection_id, frequency, provider_config_key, sync_name } = await parseBody(context, frequencyBody);
    await targets(nango, { syncs: [sync_name], provider_config_key, connection_id });
    return context.json({ frequency: scheduler.setFrequency(connection_id, sync_name, frequency) });
  });
}
