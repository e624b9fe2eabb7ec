import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { integrationId } from '../../nango-connection.js';
import { callerOf } from '../access.js';
import { jsonOf, parseBody, parsePart } from '../refusal.js';
import { asNango, asNangoTool, asPlatform, type RefuseAction } from './action-refusal.js';
import { startAction } from './async-actions.js';
import {
  checkIntegration,
  connectionId,
  connectionOf,
  integrationKey,
  isKnown,
  type NangoApi,
  noQuery,
  unknownConnection,
} from './context.js';
import { runAction } from './run-action.js';

const actionName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]+$/)
  .max(255);

const triggerBody = z.object({ action_name: actionName, input: z.unknown().optional() });

const toolParams = z.object({ id: connectionId, name: actionName });
const toolBody = z.object({ input: z.unknown().optional() });
const toolQuery = z.strictObject({ provider_config_key: integrationKey.default(integrationId) });

const headers = z.object({
  'x-async': z.stringbool().default(false),
  // Read and not used: a repeat could trigger a second run.
  'x-max-retries': z.coerce.number().min(0).max(5).default(0),
});

interface NamedAction {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/**
 * POST /action/trigger, which names the action in its body; with `X-Async: true`, 202 at once. Source: Nango's
 * `PostPublicTriggerAction`. POST /connections/{id}/tools/{name}/calls is its name from Nango 0.72 on. POST /actions/{name} is
 * ours: what imports an OpenAPI document wants a path for each operation, and statuses that say what to do next.
 */
export function addActions(api: Hono, nango: NangoApi): void {
  const { access, host } = nango;

  const answer = async (context: Context, action: NamedAction, refuse: RefuseAction): Promise<Response> => {
    try {
      const call = { ...action, caller: callerOf(context), signal: context.req.raw.signal };
      const text = await runAction(nango, call);
      return context.body(text, 200, { 'content-type': 'application/json; charset=utf-8' });
    } catch (error) {
      throw refuse(error);
    }
  };

  const answerOrStart = async (context: Context, action: NamedAction, refuse: RefuseAction): Promise<Response> => {
    const asked = parsePart('headers', headers, {
      'x-async': context.req.header('x-async'),
      'x-max-retries': context.req.header('x-max-retries'),
    });
    if (!asked['x-async']) {
      return answer(context, action, refuse);
    }
    const call = { ...action, caller: callerOf(context) };
    const started = await startAction(nango, call).catch((error: unknown) => {
      throw refuse(error);
    });
    return context.json(started, 202, { location: started.statusUrl });
  };

  api.post('/action/trigger', access.withApiKey, noQuery, async (context) => {
    const id = connectionOf(nango, context);
    const { action_name: name, input } = await parseBody(context, triggerBody);
    return answerOrStart(context, { id, name, input }, asNango);
  });

  api.post('/connections/:id/tools/:name/calls', access.withApiKey, async (context) => {
    const { id, name } = parsePart('uri', toolParams, context.req.param());
    checkIntegration(parsePart('query', toolQuery, context.req.query()).provider_config_key);
    const { input } = parsePart('body', toolBody, (await jsonOf(context)) ?? {});
    if (!isKnown(host, id)) {
      throw unknownConnection(404);
    }
    return answer(context, { id, name, input }, asNangoTool);
  });

  api.post('/actions/:name', access.withApiKey, async (context) => {
    const input = await jsonOf(context);
    const id = connectionOf(nango, context, { integration: integrationId, unknown: () => unknownConnection(404) });
    return answerOrStart(context, { id, name: context.req.param('name'), input }, asPlatform);
  });
}
