/**
 * What Nango enforces at run time. Our syncs ask here before they save; the local host and the test doubles refuse with
 * it, in Nango's words. Each limit names its place in NangoHQ/nango, packages/, of 0.71.4.
 */
import { utf8Length } from '../connection/index.js';
import { ConnectorError, type ErrorCode } from '../errors/index.js';

// shared/lib/services/checkpoints/checkpoints.ts, in UTF-16 units
export const longestCheckpointText = 4_000;
export const longestCheckpointKey = 255;
export const mostCheckpointFields = 16;

// runner/lib/sdk/sdk.ts
export const recordsPerRequest = 1_000;
export const idsPerRequest = 100;

// persist/lib/server.ts
export const largestRecordsRequest = 100 * 1024 * 1024;

// persist/lib/routes/…/job/jobId/validate.ts
export const longestRecordId = 255;

// runner/lib/exec.ts, in bytes of UTF-8
export const largestOutput = 2 * 1024 * 1024;

// orchestrator/lib/clients/client.ts, shared/lib/clients/orchestrator.ts
export const timeLimitMs = { action: 15 * 60_000, onEvent: 5 * 60_000, sync: 24 * 60 * 60_000 } as const;

// utils/lib/environment/parse.ts, the daemons of persist
export const daysUntilPruned = 30;
export const daysUntilForgotten = 60;

// Postgres stores neither in jsonb.
const unstorable = /[\0\p{Surrogate}]/u;

interface Problem {
  readonly code: ErrorCode;
  /** For people. */
  readonly text: string;
  readonly field?: string;
  /** The body with which persist answers. */
  readonly body: { readonly error: unknown };
}

const invalid = (
  code: ErrorCode,
  text: string,
  [reason, message]: readonly [string, string],
  path: readonly (string | number)[],
): Problem => ({
  code,
  text,
  body: { error: { code: 'invalid_request', errors: [{ code: reason, message, path }] } },
});

const wrongValue = ['invalid_union', 'Invalid input'] as const;

/** runner/lib/clients/http.ts: a 5xx that stays one after five tries. */
const failed = (code: ErrorCode, text: string, request: string): Problem => ({
  code,
  text,
  body: { error: `${request} -> 500 Internal Server Error` },
});

/** Its message is Nango's; its cause is for whoever reports it. */
const refusal = (message: string, { body, code, field, text }: Problem): Error =>
  new Error(`${message}: ${JSON.stringify(body)}`, { cause: new ConnectorError(code, text, { field }) });

/** As JSON sends it: a Date as text. */
const sent = (value: unknown) =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
    ? (value.toJSON() as unknown)
    : value;

function fieldProblem(key: string, given: unknown): Problem | undefined {
  const path = ['checkpoint', key];
  const value = sent(given);
  const tooLarge = (what: string, most: number) => `${what} characters; Nango stores at most ${most}.`;
  if (key.length > longestCheckpointKey) {
    const text = tooLarge(`A field of the checkpoint has a name of ${key.length}`, longestCheckpointKey);
    return invalid('checkpoint_too_large', text, ['invalid_key', 'Invalid key in record'], path);
  }
  if (typeof value === 'string' && value.length > longestCheckpointText) {
    const text = tooLarge(`The field ${key} of the checkpoint has ${value.length}`, longestCheckpointText);
    return invalid('checkpoint_too_large', text, wrongValue, path);
  }
  if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isFinite(value)) {
    const text = `The field ${key} of the checkpoint is no text, finite number or boolean, so Nango does not store it.`;
    return invalid('input_invalid', text, wrongValue, path);
  }
  if (unstorable.test(key) || (typeof value === 'string' && unstorable.test(value))) {
    const text = `The field ${key} of the checkpoint holds a character that Nango does not store.`;
    return failed('input_invalid', text, 'PUT /checkpoint');
  }
  return undefined;
}

function findProblem(checkpoint: unknown): Problem | undefined {
  if (typeof checkpoint !== 'object' || checkpoint === null || Array.isArray(checkpoint)) {
    return invalid('input_invalid', 'A checkpoint is an object.', wrongValue, ['checkpoint']);
  }
  const fields = Object.entries(checkpoint).filter(([, value]) => value !== undefined);
  for (const [key, value] of fields) {
    const problem = fieldProblem(key, value);
    if (problem !== undefined) {
      return problem;
    }
  }
  if (fields.length > mostCheckpointFields) {
    const text = `The checkpoint has ${fields.length} fields; Nango stores at most ${mostCheckpointFields}.`;
    const message = `Checkpoint cannot have more than ${mostCheckpointFields} fields`;
    return invalid('checkpoint_too_large', text, ['custom', message], ['checkpoint']);
  }
  return undefined;
}

/** Why Nango would refuse this checkpoint, in a sentence; undefined where it would store it. */
export const checkpointProblem = (checkpoint: unknown): string | undefined => findProblem(checkpoint)?.text;

const unsaved = (problem: Problem) => refusal('Error saving checkpoint: Failed to save checkpoint', problem);

/** The error with which Nango refuses this checkpoint. */
export function checkpointRefusal(checkpoint: unknown): Error | undefined {
  const problem = findProblem(checkpoint);
  return problem && unsaved(problem);
}

// persist/lib/routes/…/checkpoint/putCheckpoint.ts
export const checkpointConflict = (): Error =>
  unsaved({
    code: 'platform_error',
    text: 'Two saves of the checkpoint were under way at once, so Nango refused the second. Run the sync again.',
    body: { error: { code: 'checkpoint_conflict', message: 'Checkpoint has been updated since last read' } },
  });

/** What a request with records does, as in Nango's messages. */
export type RecordsVerb = 'save' | 'delete';

const unwritten = (verb: RecordsVerb, problem: Problem) => refusal(`Failed to ${verb} records`, problem);

const requestOf = (verb: RecordsVerb) => `${verb === 'save' ? 'POST' : 'DELETE'} /records`;

/** The id as Nango stores it (records/lib/helpers/format.ts); undefined for one that fails the whole batch. */
export function storedRecordId(id: unknown): string | undefined {
  if (typeof id === 'number') {
    return Number.isFinite(id) && id !== 0 ? String(id) : undefined;
  }
  if (typeof id !== 'string' || id === '' || id.length > longestRecordId) {
    return undefined;
  }
  return id.includes('\0') ? id.replaceAll('\0', '') : id;
}

/** The error for a record without a usable id at that place of its request. */
export function recordIdRefusal(verb: RecordsVerb, id: unknown, place: number): Error {
  const text = `Every record needs an id: a text of 1 to ${longestRecordId} characters, or a number other than 0.`;
  // Nango's schema lets 0 pass; what formats the records does not.
  const problem =
    id === 0
      ? failed('input_invalid', text, requestOf(verb))
      : invalid('input_invalid', text, wrongValue, ['records', place, 'id']);
  return unwritten(verb, { ...problem, field: 'id' });
}

// persist/lib/records.ts: the reason is in the log of Nango only
export const modelRefusal = (verb: RecordsVerb, model: string): Error =>
  unwritten(verb, failed('input_invalid', `The sync declares no model ${model}.`, requestOf(verb)));

/** The error for records that are more than one request takes; undefined where they fit. */
export function requestRefusal(verb: RecordsVerb, bodies: readonly string[]): Error | undefined {
  let units = bodies.length;
  for (const body of bodies) {
    units += body.length;
  }
  // No text has more bytes than three for each unit: nearly always that is proof enough.
  if (units * 3 <= largestRecordsRequest) {
    return undefined;
  }
  const bytes = bodies.reduce((sum, body) => sum + utf8Length(body) + 1, 0);
  const text = `The records of one request have ${bytes} bytes; Nango takes ${largestRecordsRequest}.`;
  const body = { error: { code: 'request_too_large', message: 'Entity too large' } };
  return bytes > largestRecordsRequest ? unwritten(verb, { code: 'payload_too_large', text, body }) : undefined;
}

// persist/lib/records.ts, at the level `error`
export const duplicateMessage = (id: string, model: string) =>
  `Found duplicate key '${id}' for model ${model}. The record was ignored.`;

// runner-sdk/lib/sync.ts: taken off the caller's own objects
export function removeMetadata(records: readonly unknown[]): void {
  for (const record of records) {
    if (typeof record === 'object' && record !== null && '_nango_metadata' in record) {
      delete record._nango_metadata;
    }
  }
}

// runner/lib/sdk/sdk.ts
export const untrackedRefusal = (model: string): Error =>
  new Error(`No track deletes starting point found for model '${model}'.`, {
    cause: new ConnectorError('input_invalid', `Deletes of ${model} are not tracked: start tracking before the end.`),
  });

// runner/lib/exec.ts
export function outputRefusal(json: string): Error | undefined {
  const bytes = json.length * 3 > largestOutput ? utf8Length(json) : 0;
  return bytes > largestOutput
    ? new Error(`Output size is too large: ${bytes} bytes. Maximum allowed size is ${largestOutput} bytes (2MB).`, {
        cause: new ConnectorError('response_too_large', 'The output of an action is at most 2 MB. Ask for less.'),
      })
    : undefined;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

// shared/lib/services/environment.service.ts, runner-sdk/lib/action.ts
export const defaultLogLevel: LogLevel = 'warn';

export const isLogged = (level: LogLevel, lowest: LogLevel = defaultLogLevel): boolean =>
  levels.indexOf(level) >= levels.indexOf(lowest);

export type StopCode = 'script_aborted' | 'execution_interrupted' | 'execution_timeout';

/** runner-sdk/lib/errors.ts: what the calls of `nango` throw in a function that is to end. */
export class FunctionStopped extends Error {
  readonly code: StopCode;
  readonly payload: Record<string, unknown> = {};

  constructor(code: StopCode = 'script_aborted') {
    super();
    this.code = code;
  }
}
