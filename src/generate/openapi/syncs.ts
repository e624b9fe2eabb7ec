import type { FunctionSource } from '../functions.js';
import { refusals } from './errors.js';
import type { Json } from './schemas.js';

const text = { type: 'string' };
const integration = { type: 'string', enum: ['trigger-dev'], description: 'Name of the integration.' };
const connection = { ...text, description: 'Id of the connection; every connection where it is left out.' };

const status = {
  type: 'object',
  description: 'Where a sync of a connection stands.',
  properties: {
    id: text,
    connection_id: text,
    name: text,
    variant: text,
    type: { type: 'string', enum: ['INITIAL'], description: 'These syncs are of one type, as Nango tells it.' },
    status: { type: 'string', enum: ['RUNNING', 'PAUSED', 'SUCCESS', 'ERROR'] },
    frequency: { ...text, examples: ['every 5 minutes'] },
    finishedAt: { ...text, format: 'date-time', description: 'Left out before the first run.' },
    nextScheduledSyncAt: { type: ['string', 'null'], format: 'date-time' },
    latestResult: { type: 'object', description: 'Records that the last run added, updated and deleted, by model.' },
    latestExecutionStatus: {
      type: 'string',
      enum: ['RUNNING', 'SUCCESS', 'STOPPED'],
      description: 'STOPPED is a failed run.',
    },
    recordCount: { type: 'object', description: 'Records, by model.', additionalProperties: { type: 'integer' } },
    checkpoint: { description: 'Where the next run goes on.' },
    waitsFor: { ...text, description: 'Of a sync that was triggered and has not started: what it waits for.' },
  },
  required: ['id', 'name', 'status', 'frequency', 'recordCount'],
};

export const syncSchemas: Json = { SyncStatus: status };

const responses = (schema: Json, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
  ...refusals('BadRequest', 'Unauthorized', 'NotFound', 'TooManyRequests'),
});

/** Nango's routes that run a sync now, and say where it stands. */
export function syncPaths(functions: readonly FunctionSource[]): Json {
  const syncs = functions.filter(({ kind }) => kind === 'syncs');
  const names = syncs.map(({ name }) => name);
  const syncName = {
    type: 'string',
    enum: names,
    'x-enumDescriptions': Object.fromEntries(syncs.map(({ definition, name }) => [name, definition.description])),
  };
  const body = {
    type: 'object',
    properties: {
      syncs: { type: 'array', items: syncName, maxItems: 256, description: 'Which syncs; all where none is named.' },
      provider_config_key: integration,
      connection_id: connection,
      opts: {
        type: 'object',
        properties: {
          reset: { type: 'boolean', description: 'Forget the checkpoint and read everything again.' },
          emptyCache: {
            type: 'boolean',
            description: 'With reset: delete the stored records first. Alone it deletes nothing.',
          },
        },
      },
    },
    required: ['syncs', 'provider_config_key'],
  };
  const waiting = {
    type: 'array',
    description: 'What has not started within a second; left out where all has.',
    items: {
      type: 'object',
      properties: { connection_id: text, name: text, waitsFor: { ...text, description: 'What it waits for.' } },
      required: ['connection_id', 'name', 'waitsFor'],
    },
  };
  const done = { type: 'object', properties: { success: { type: 'boolean' }, waiting }, required: ['success'] };
  const all = {
    type: 'object',
    properties: { syncs: { type: 'array', items: { $ref: '#/components/schemas/SyncStatus' } } },
    required: ['syncs'],
  };
  return {
    '/sync/trigger': {
      post: {
        operationId: 'triggerSync',
        summary: 'Run a sync now',
        description:
          'Starts it, and answers without waiting for its end; a second later at most, with what it waits for.',
        tags: ['syncs'],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: body,
              example: { syncs: names.slice(0, 1), provider_config_key: 'trigger-dev' },
            },
          },
        },
        responses: responses(done, 'They were started, or are about to be.'),
      },
    },
    '/sync/status': {
      get: {
        operationId: 'getSyncStatus',
        summary: 'Get the status of syncs',
        tags: ['syncs'],
        parameters: [
          {
            name: 'syncs',
            in: 'query',
            required: true,
            description: `Names with commas, of ${names.join(', ')}; * for all.`,
            schema: text,
            example: '*',
          },
          { name: 'provider_config_key', in: 'query', required: true, schema: integration, example: 'trigger-dev' },
          { name: 'connection_id', in: 'query', schema: connection },
        ],
        responses: responses(all, 'Where each of them stands.'),
      },
    },
  };
}
