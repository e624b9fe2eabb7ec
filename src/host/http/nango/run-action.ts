import { ConnectorError } from '../../../errors/index.js';
import { Refusal } from '../refusal.js';
import type { NangoApi } from './context.js';

/** How Nango answers an action that failed: the function said no, or the API that it called did. */
function refusalOf(error: ConnectorError): Refusal {
  if (error.code === 'not_found' && error.endpoint === undefined) {
    return new Refusal(404, 'not_found', error.message);
  }
  if (error.code === 'response_too_large' && error.endpoint === undefined) {
    return new Refusal(500, 'script_internal_error', error.message);
  }
  const payload = error.toJSON();
  const isUpstream = error.status !== undefined && error.status >= 400;
  return isUpstream
    ? new Refusal(424, 'script_http_error', error.message, { payload })
    : new Refusal(500, 'action_script_runtime_error', error.message, { payload });
}

export interface ActionCall {
  /** Of the connection. */
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly signal?: AbortSignal;
  /** Who asked, for the log. */
  readonly caller: string;
}

/** Runs an action and gives its output as JSON; throws as Nango answers. */
export async function runAction({ host, log }: NangoApi, call: ActionCall): Promise<string> {
  const { caller, id, input, name, signal } = call;
  const startedAt = performance.now();
  const about = { connection: id, action: name, caller };
  try {
    const text = JSON.stringify((await host.runAction(id, name, input, { ...(signal && { signal }) })) ?? null);
    log('info', 'action.finished', { ...about, ms: Math.round(performance.now() - startedAt) });
    return text;
  } catch (error) {
    const code = error instanceof ConnectorError || error instanceof Refusal ? error.code : 'unexpected';
    log('warn', 'action.failed', { ...about, code, ms: Math.round(performance.now() - startedAt) });
    throw error instanceof ConnectorError && error.code !== 'connection_not_found' ? refusalOf(error) : error;
  }
}
