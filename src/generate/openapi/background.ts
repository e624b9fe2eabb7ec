import { refusals } from './errors.js';
import type { Json } from './schemas.js';

const id = { type: 'string', format: 'uuid' };
const example = '0d9f6a3e-6f0b-4a56-9d4c-3f1f3f6f1a55';

export const backgroundParameters: Json = {
  Async: {
    name: 'X-Async',
    in: 'header',
    description: 'Answer at once with 202, and keep the result for a day.',
    schema: { type: 'string', enum: ['true'] },
  },
};

export const backgroundSchemas: Json = {
  StartedAction: {
    type: 'object',
    properties: { id, statusUrl: { type: 'string', description: 'Path of the result.' } },
    required: ['id', 'statusUrl'],
  },
};

export const backgroundResponses: Json = {
  Started: {
    description: 'It runs in the background.',
    headers: { Location: { description: 'Path of the result.', schema: { type: 'string' } } },
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/StartedAction' },
        example: { id: example, statusUrl: `/action/${example}` },
      },
    },
  },
};

/** What an action that can run in the background says of that. */
export const inBackground = {
  parameter: { $ref: '#/components/parameters/Async' },
  responses: { 202: { $ref: '#/components/responses/Started' } },
};

/** Nango's route for the result of an action in the background. */
export const backgroundPaths: Json = {
  '/action/{id}': {
    get: {
      operationId: 'getActionResult',
      summary: 'Get the result of an action in the background',
      description: '404 until there is one.',
      tags: ['actions'],
      parameters: [{ name: 'id', in: 'path', required: true, schema: id, example }],
      responses: {
        200: { description: 'What the action gave.', content: { 'application/json': { schema: {} } } },
        ...refusals('BadRequest', 'Unauthorized', 'NotFound', 'TooManyRequests', 'ActionFailed'),
      },
    },
  },
};
