import { type ErrorCode, errorCodes } from '../../errors/index.js';
import type { Json } from './schemas.js';

const text = { type: 'string' };

/** What every refusal of the host looks like, and why an action failed. */
export const errorSchemas: Json = {
  ErrorCode: {
    type: 'string',
    description: 'Why a call failed, and what to do about it.',
    enum: Object.keys(errorCodes),
    'x-enumDescriptions': Object.fromEntries(Object.entries(errorCodes).map(([code, { hint }]) => [code, hint])),
  },
  ActionFailure: {
    type: 'object',
    description: 'Why the action failed.',
    properties: {
      code: { $ref: '#/components/schemas/ErrorCode' },
      type: { ...text, description: 'The code again, where Nango’s clients look for it.' },
      message: { ...text, description: 'What is wrong and what to do.' },
      field: { ...text, description: 'The field of the connection that is wrong.' },
      path: { ...text, description: 'The place in the input that is wrong.', examples: ['options.delay'] },
      endpoint: { ...text, description: 'The endpoint that was called or refused.', examples: ['tasks.trigger'] },
      status: { type: 'integer', description: 'The status that Trigger.dev answered.' },
      docs: { ...text, description: 'Where to read more.' },
      retryAfterMs: { type: 'integer', description: 'Milliseconds until the rate limit resets.' },
    },
    required: ['code', 'message'],
  },
  Refusal: {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: {
          code: { ...text, description: 'One of Nango’s codes, or an ErrorCode.' },
          message: text,
          errors: {
            type: 'array',
            description: 'Each problem of the request.',
            items: {
              type: 'object',
              properties: { code: text, message: text, path: { type: 'array', items: { type: ['string', 'number'] } } },
              required: ['code', 'message', 'path'],
            },
          },
          payload: {
            description: 'Why the action failed; empty where a key is refused.',
            anyOf: [{ $ref: '#/components/schemas/ActionFailure' }, { type: 'object', maxProperties: 0 }],
          },
        },
        required: ['code', 'message'],
      },
    },
    required: ['error'],
  },
};

const example = (code: string, message: string, payload?: Json) => ({
  error: { code, message, ...(payload && { payload }) },
});

const failed = (code: ErrorCode, more: Json = {}) =>
  example(code, errorCodes[code].hint, { code, message: errorCodes[code].hint, ...more });

const answers = {
  BadRequest: {
    status: 400,
    description: 'A header, the query, the body or the input of the action is wrong.',
    example: failed('input_invalid', { path: 'taskId' }),
  },
  Unauthorized: {
    status: 401,
    description: 'The API key is missing or wrong.',
    example: example('unknown_account', 'This is not the API key of this host.'),
  },
  Forbidden: {
    status: 403,
    description: 'The key of the connection may not do this, or is no longer accepted.',
    example: failed('endpoint_not_allowed', { endpoint: 'projects.list' }),
  },
  NotFound: {
    status: 404,
    description: 'There is no such connection, action, run or other thing of that name.',
    example: example('not_found', 'There is no such path.'),
  },
  Conflict: {
    status: 409,
    description: 'It exists already, or was changed meanwhile.',
    example: failed('conflict', { endpoint: 'envvars.create' }),
  },
  TooLarge: {
    status: 413,
    description: 'The body is too large.',
    example: example('request_too_large', 'A body is at most 4 MiB.'),
  },
  Unprocessable: {
    status: 422,
    description: 'Trigger.dev refused the input, or the result is too large: `message` says what to change.',
    example: failed('unprocessable', { endpoint: 'runs.list', status: 422 }),
  },
  TooManyRequests: {
    status: 429,
    description: 'The rate limit of Trigger.dev or of this host. Wait for as many seconds as Retry-After says.',
    example: example('too_many_request', 'Too many wrong keys. Wait a minute, then use the right one.'),
  },
  ActionFailed: {
    status: 500,
    description: 'An action in the background failed: `payload` says why, `status` in it what Trigger.dev answered.',
    example: example('action_script_runtime_error', 'The action script failed with a runtime error', {
      type: 'not_found',
      code: 'not_found',
      message: errorCodes.not_found.hint,
      endpoint: 'runs.retrieve',
      status: 404,
    }),
  },
  UpstreamFailed: {
    status: 502,
    description: 'Trigger.dev could not be reached, or did not answer as it should. Try again later.',
    example: failed('network', { endpoint: 'runs.retrieve' }),
  },
  Unavailable: {
    status: 503,
    description: 'The host is stopping, or its store cannot be used now. Try again later.',
    example: failed('store_locked'),
  },
};

type Answer = keyof typeof answers;

/** `components.responses`. */
export const errorResponses: Json = Object.fromEntries(
  Object.entries(answers).map(([name, { description, example: shown }]) => [
    name,
    {
      description,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' }, example: shown } },
    },
  ]),
);

/** References to these answers, by status. */
export const refusals = (...names: readonly Answer[]): Json =>
  Object.fromEntries(names.map((name) => [answers[name].status, { $ref: `#/components/responses/${name}` }]));
