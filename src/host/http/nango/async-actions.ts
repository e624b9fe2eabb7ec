import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';
import { actionCatalogue } from '../../catalogue.js';
import type { AsyncResult } from '../../store/async-actions.js';
import { asyncActionWebhook } from '../../webhook-bodies.js';
import { parsePart, Refusal } from '../refusal.js';
import { asNango } from './action-refusal.js';
import type { NangoApi } from './context.js';
import { type ActionCall, runAction } from './run-action.js';

const params = z.strictObject({ id: z.uuid() });

const failure = (error: unknown): AsyncResult => {
  const known = asNango(error);
  const { code, message, payload, status } =
    known instanceof Refusal ? known : new Refusal(500, 'server_error', 'This is a defect of the connector.');
  return { state: 'failed', status, error: { code, message, ...(payload !== undefined && { payload }) } };
};

/** Starts an action that nobody waits for. Its result can be asked for at `statusUrl` for a day. */
export async function startAction(
  nango: NangoApi,
  call: Omit<ActionCall, 'signal'>,
): Promise<{ id: string; statusUrl: string }> {
  if ((await actionCatalogue()).some(({ mintsToken, name }) => mintsToken && name === call.name)) {
    throw new Refusal(
      400,
      'invalid_headers',
      'A token is given to whoever waits for it, not stored: leave X-Async out.',
    );
  }
  const { host, log, tell } = nango;
  // Nobody waits for it, so nobody would see that it is not there.
  await host.function('actions', call.name);
  const id = randomUUID();
  await host.store.write(() => host.store.asyncActions.save(id, call.id, { state: 'running' }));
  const keep = async (result: AsyncResult) => {
    await host.store.write(() => host.store.asyncActions.save(id, call.id, result));
    tell(asyncActionWebhook(call.id, id));
  };
  const { signal } = host.background;
  const run = () => runAction(nango, { ...call, signal });
  const work = (host.likeNango?.oneAtATime(run) ?? run())
    .then(
      (text) => keep({ state: 'done', output: JSON.parse(text) as unknown }),
      (error: unknown) => {
        if (signal.aborted) {
          throw error;
        }
        return keep(failure(error));
      },
    )
    // The store fails, or a stop cut it off: the next start tells that nobody knows how far the action came.
    .catch(() => log('error', 'action.unkept', { connection: call.id, action: call.name }));
  host.background.add(work);
  return { id, statusUrl: `/action/${id}` };
}

/** What a stop cut off: it may have done its work or not, and is not done again by itself. */
export function endInterrupted({ host }: Pick<NangoApi, 'host'>): void {
  for (const { connection, id } of host.store.asyncActions.running()) {
    const message = 'The host was stopped while this action ran: it may have done its work. Look, then call it again.';
    host.store.asyncActions.save(id, connection, failure(new Refusal(500, 'action_interrupted', message)));
  }
}

/** GET /action/{id}: 404 until there is a result. Source: Nango's `GetAsyncActionResult`. */
export function addAsyncActions(api: Hono, nango: NangoApi): void {
  const { access, host } = nango;
  endInterrupted(nango);
  api.get('/action/:id', access.withApiKey, (context) => {
    const { id } = parsePart('uri', params, context.req.param());
    const found = host.store.asyncActions.find(id);
    if (found === undefined || found.state === 'running') {
      throw new Refusal(404, 'not_found', 'There is no result of that id, or not yet.');
    }
    return found.state === 'done'
      ? context.json(found.output as object)
      : context.json({ error: found.error }, found.status as ContentfulStatusCode);
  });
}
