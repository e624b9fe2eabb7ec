import type { Hono } from 'hono';
import * as z from 'zod';
import { ConnectorError } from '../../../errors/index.js';
import { callerOf } from '../access.js';
import { parseBody, Refusal } from '../refusal.js';
import { connectionOf, type NangoApi } from './context.js';

const body = z.strictObject({ action_name: z.string().min(1).max(256), input: z.unknown().optional() });

/** Largest output of an action at Nango, in bytes. */
const largestOutput = 2 * 1024 * 1024;

/** How Nango answers an action that failed: the function said no, or the API that it called did. */
function refusalOf(error: ConnectorError): Refusal {
  if (error.code === 'not_found' && error.endpoint === undefined) {
    return new Refusal(404, 'not_found', error.message);
  }
  const payload = error.toJSON();
  const isUpstream = error.status !== undefined && error.status >= 400;
  return isUpstream
    ? new Refusal(424, 'script_http_error', error.message, { payload })
    : new Refusal(500, 'action_script_runtime_error', error.message, { payload });
}

/** POST /action/trigger. Source: Nango's `PostPublicTriggerAction`. */
export function addActions(api: Hono, nango: NangoApi): void {
  const { access, host, log } = nango;
  api.post('/action/trigger', access.withApiKey, async (context) => {
    if (context.req.header('x-async') === 'true') {
      throw new Refusal(501, 'not_implemented', 'This host runs actions while you wait: leave X-Async out.');
    }
    const { action_name: name, input } = await parseBody(context, body);
    const id = connectionOf(nango, context);
    const startedAt = performance.now();
    const about = { connection: id, action: name, caller: callerOf(context) };
    try {
      const output = await host.runAction(id, name, input, { signal: context.req.raw.signal });
      const text = JSON.stringify(output ?? null);
      if (text.length > largestOutput) {
        throw new Refusal(500, 'action_output_too_big', 'The output of an action is at most 2 MB.');
      }
      log('info', 'action.finished', { ...about, ms: Math.round(performance.now() - startedAt) });
      return context.body(text, 200, { 'content-type': 'application/json; charset=utf-8' });
    } catch (error) {
      const code = error instanceof ConnectorError ? error.code : 'unexpected';
      log('warn', 'action.failed', { ...about, code, ms: Math.round(performance.now() - startedAt) });
      throw error instanceof ConnectorError && error.code !== 'connection_not_found' ? refusalOf(error) : error;
    }
  });
}
