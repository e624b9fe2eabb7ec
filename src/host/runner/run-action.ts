import { ConnectorError } from '../../errors/index.js';
import { outputRefusal, timeLimitMs } from '../../nango/limits.js';
import type { Executions } from '../store/executions.js';
import { errorOfFunction, told } from './action-error.js';
import { actionNango, type RunContext } from './nango-object.js';
import { type CompiledFunction, execute } from './sandbox.js';

interface ActionRun {
  readonly name: string;
  readonly input: unknown;
  readonly context: Omit<RunContext, 'signal' | 'onLog'>;
  readonly executions: Executions;
  readonly signal?: AbortSignal | undefined;
}

/** Runs an action once, and notes what it said. Throws `ConnectorError`. */
export async function runAction(
  action: CompiledFunction,
  { context, executions, input, name, signal }: ActionRun,
): Promise<unknown> {
  const execution = executions.begin(context.id, 'action', name);
  const work = async (stopped: AbortSignal) => {
    const nango = actionNango({ ...context, signal: stopped, onLog: execution.log });
    // As Nango: 0, '' and false are no input.
    const output = await action.exec(nango, input || {});
    const refusal = outputRefusal(JSON.stringify(output) ?? '');
    if (refusal !== undefined) {
      throw refusal;
    }
    return output;
  };
  try {
    const output = await execute(work, signal, timeLimitMs.action);
    execution.finish(null);
    return output;
  } catch (thrown) {
    const error = signal?.aborted ? new ConnectorError('aborted') : errorOfFunction(thrown);
    execution.finish(told(error));
    throw error;
  }
}
