import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { integrationId } from '../../nango-connection.js';
import { callerOf } from '../access.js';
import { parseBody, Refusal } from '../refusal.js';
import { startAction } from './async-actions.js';
import { connectionOf, type NangoApi } from './context.js';
import { runAction } from './run-action.js';

const body = z.strictObject({ action_name: z.string().min(1).max(256), input: z.unknown().optional() });

/** A body that is one JSON value; none at all counts as no input. */
async function inputOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'invalid_body', 'The body is the input of the action, as JSON.');
  }
}

/**
 * POST /action/trigger, which names the action in its body; with `X-Async: true`, 202 at once. Source: Nango's
 * `PostPublicTriggerAction`. POST /actions/{name} is ours: what imports an OpenAPI document wants a path for each operation.
 */
export function addActions(api: Hono, nango: NangoApi): void {
  const answer = async (context: Context, id: string, name: string, input: unknown): Promise<Response> => {
    const call = { id, name, input, caller: callerOf(context) };
    if (context.req.header('x-async') === 'true') {
      const started = await startAction(nango, call);
      return context.json(started, 202, { location: started.statusUrl });
    }
    const text = await runAction(nango, { ...call, signal: context.req.raw.signal });
    return context.body(text, 200, { 'content-type': 'application/json; charset=utf-8' });
  };

  api.post('/action/trigger', nango.access.withApiKey, async (context) => {
    const { action_name: name, input } = await parseBody(context, body);
    return answer(context, connectionOf(nango, context), name, input);
  });

  api.post('/actions/:name', nango.access.withApiKey, async (context) => {
    const input = await inputOf(context);
    return answer(context, connectionOf(nango, context, integrationId), context.req.param('name'), input);
  });
}
