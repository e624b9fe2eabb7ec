import { ConnectorError, errorCodes } from '../../../errors/index.js';
import { Refusal } from '../refusal.js';
import { retryAfterOf } from '../retry-after.js';

/** How one kind of caller is told that an action failed. */
export type RefuseAction = (error: unknown) => unknown;

/** Of the host, not of the function: the action is not there, or gave too much. */
function ofHost(error: ConnectorError): Refusal | undefined {
  if (error.endpoint !== undefined) {
    return undefined;
  }
  if (error.code === 'not_found') {
    return new Refusal(404, 'not_found', error.message);
  }
  return error.code === 'response_too_large' ? new Refusal(500, 'script_internal_error', error.message) : undefined;
}

const refusing =
  (refuse: (error: ConnectorError) => Refusal): RefuseAction =>
  (error) =>
    error instanceof ConnectorError && error.code !== 'connection_not_found' ? refuse(error) : error;

/** As Nango says it: one status, one sentence, and what the function said in `payload`. */
const saidByFunction = (code: string, message: string) =>
  refusing(
    (error) => ofHost(error) ?? new Refusal(500, code, message, { payload: { type: error.code, ...error.toJSON() } }),
  );

export const asNango = saidByFunction('action_script_runtime_error', 'The action script failed with a runtime error');

export const asNangoTool = saidByFunction('function_runtime_error', 'The function failed with a runtime error');

/** As HTTP means it, for platforms that act on the status: repeat, wait, or show what to correct. */
export const asPlatform = refusing(
  (error) =>
    new Refusal(errorCodes[error.code].status, error.code, error.message, {
      payload: error.toJSON(),
      retryAfter: retryAfterOf(error),
    }),
);
