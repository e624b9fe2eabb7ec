import { ConnectorError } from '../../../errors/index.js';
import { Refusal } from '../refusal.js';
import type { NangoApi } from './context.js';

export interface ActionCall {
  /** Of the connection. */
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly signal?: AbortSignal;
  /** Who asked, for the log. */
  readonly caller: string;
}

/** Runs an action and gives its output as JSON; throws what the action threw. */
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
    throw error;
  }
}
