import { type ErrorCode, errorCodes } from '../../errors/index.js';
import type { Json } from './schemas.js';

const text = { type: 'string' };

/** What every refusal of the host looks like, and why an action failed. */
export const errorSchemas: Json = {
  ErrorCode: {
    type: 'string',
    description: 'Why a call failed, and what to do about it.',
    enum: Object.keys(errorCodes),
    'x-enumDescriptions': errorCodes,
  },
  ActionFailure: {
    type: 'object',
    description: 'Why the action failed.',
    properties: {
      code: { $ref: '#/components/schemas/ErrorCode' },
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
          payload: { $ref: '#/components/schemas/ActionFailure' },
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

const failed = (outer: string, code: ErrorCode, more: Json) =>
  example(outer, errorCodes[code], { code, message: errorCodes[code], ...more });

const answers = {
  BadRequest: {
    status: 400,
    description: 'A header, the query or the body is wrong, or there is no such connection.',
    example: example('unknown_connection', 'There is no connection of that id for that integration.'),
  },
  Unauthorized: {
    status: 401,
    description: 'The API key is missing or wrong.',
    example: example('unknown_account', 'This is not the API key of this host.'),
  },
  NotFound: {
    status: 404,
    description: 'There is nothing of that name.',
    example: example('not_found', 'There is no such path.'),
  },
  TooLarge: {
    status: 413,
    description: 'The body is too large.',
    example: example('request_too_large', 'A body is at most 4 MiB.'),
  },
  UpstreamFailed: {
    status: 424,
    description: 'Trigger.dev refused the call: `payload` says why.',
    example: failed('script_http_error', 'not_found', { endpoint: 'runs.retrieve', status: 404 }),
  },
  TooManyRequests: {
    status: 429,
    description: 'Too many wrong keys. Wait for as many seconds as Retry-After says.',
    example: example('too_many_request', 'Too many wrong keys. Wait a minute, then use the right one.'),
  },
  ActionFailed: {
    status: 500,
    description: 'The action refused its input or the kind of key, or could not reach Trigger.dev: `payload` says why.',
    example: failed('action_script_runtime_error', 'input_invalid', { path: 'taskId' }),
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
