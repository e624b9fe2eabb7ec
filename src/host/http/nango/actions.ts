import type { Hono } from 'hono';
import * as z from 'zod';
import { callerOf } from '../access.js';
import { parseBody } from '../refusal.js';
import { startAction } from './async-actions.js';
import { connectionOf, type NangoApi } from './context.js';
import { runAction } from './run-action.js';

const body = z.strictObject({ action_name: z.string().min(1).max(256), input: z.unknown().optional() });

/** POST /action/trigger; with `X-Async: true`, 202 at once. Source: Nango's `PostPublicTriggerAction`. */
export function addActions(api: Hono, nango: NangoApi): void {
  api.post('/action/trigger', nango.access.withApiKey, async (context) => {
    const { action_name: name, input } = await parseBody(context, body);
    const call = { id: connectionOf(nango, context), name, input, caller: callerOf(context) };
    if (context.req.header('x-async') === 'true') {
      const started = startAction(nango, call);
      return context.json(started, 202, { location: started.statusUrl });
    }
    const text = await runAction(nango, { ...call, signal: context.req.raw.signal });
    return context.body(text, 200, { 'content-type': 'application/json; charset=utf-8' });
  });
}
