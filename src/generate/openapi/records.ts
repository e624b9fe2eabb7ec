import { readFixture } from '../fixtures.js';
import type { FunctionSource } from '../functions.js';
import { refusals } from './errors.js';
import type { Json, NamedSchemas } from './schemas.js';

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };

const metadata = {
  first_seen_at: '2026-01-31T09:30:00.000Z',
  last_modified_at: '2026-01-31T09:30:00.000Z',
  last_action: 'ADDED',
  deleted_at: null,
  pruned_at: null,
  cursor: 'Y3Vyc29yOjE',
};

const metadataSchema = {
  type: 'object',
  description: 'What the host knows of a record.',
  properties: {
    first_seen_at: time,
    last_modified_at: time,
    last_action: { type: 'string', enum: ['ADDED', 'UPDATED', 'DELETED'] },
    deleted_at: { type: ['string', 'null'], format: 'date-time' },
    pruned_at: { type: 'null' },
    cursor: { ...text, description: 'Where to go on after this record.' },
  },
  required: Object.keys(metadata),
};

interface Synced {
  readonly model: string;
  readonly about: string;
  readonly sync: string;
}

const modelsOf = (functions: readonly FunctionSource[]): Synced[] =>
  functions.flatMap(({ definition, name }) =>
    Object.keys(definition.models ?? {}).map((model) => ({ model, about: definition.description, sync: name })),
  );

const recordName = (model: string) => `${model}Record`;

/** Each model as it comes out of the store: its fields and one more, which a model without other fields would refuse. */
export const recordSchemas = (functions: readonly FunctionSource[], { schemas }: NamedSchemas): Json => ({
  RecordMetadata: metadataSchema,
  ...Object.fromEntries(
    modelsOf(functions).map(({ model }) => {
      const schema = schemas[model] as { readonly properties: Json; readonly required: readonly string[] };
      const properties = { ...schema.properties, _nango_metadata: { $ref: '#/components/schemas/RecordMetadata' } };
      return [recordName(model), { ...schema, properties, required: [...schema.required, '_nango_metadata'] }];
    }),
  ),
});

const query = (name: string, schema: Json, description: string, more: Json = {}) => ({
  name,
  in: 'query',
  description,
  schema,
  ...more,
});

/** The first record of each model that a recorded sync stored. */
async function examplesOf(synced: readonly Synced[]): Promise<Json> {
  const entries = synced.map(async ({ model, sync }) => {
    const [first] = (await readFixture(sync)).nango?.batchSave?.[model] ?? [];
    const records = [{ ...(first as Json), _nango_metadata: metadata }];
    return [model, { value: { records, next_cursor: null } }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** `GET /records`: one operation, because a model is a parameter and not a path. */
export async function recordPaths(functions: readonly FunctionSource[]): Promise<Json> {
  const synced = modelsOf(functions);
  const records = {
    type: 'array',
    items: { anyOf: synced.map(({ model }) => ({ $ref: `#/components/schemas/${recordName(model)}` })) },
  };
  const next_cursor = { type: ['string', 'null'], description: 'Pass it as `cursor` for the next page.' };
  const get = {
    operationId: 'listRecords',
    summary: 'List records',
    description: 'Records that a sync stored, the oldest change first. Deleted ones say so in `_nango_metadata`.',
    tags: ['records'],
    parameters: [
      { $ref: '#/components/parameters/ConnectionId' },
      { $ref: '#/components/parameters/RequiredIntegration' },
      query(
        'model',
        {
          type: 'string',
          enum: synced.map(({ model }) => model),
          'x-enumDescriptions': Object.fromEntries(synced.map(({ about, model }) => [model, about])),
        },
        'Which records.',
        { required: true, example: synced[0]?.model },
      ),
      query('modified_after', time, 'Only what changed after this time.', { example: '2026-01-31T00:00:00Z' }),
      query('limit', { type: 'integer', minimum: 1, maximum: 10_000, default: 100 }, 'Most records of one page.', {
        example: 50,
      }),
      query('cursor', text, '`next_cursor` of the page before, or the cursor of a record.', {
        example: metadata.cursor,
      }),
      query('filter', text, 'Any of added, updated and deleted, with commas.', { example: 'added,updated' }),
      query('ids', { type: 'array', items: text, maxItems: 100 }, 'Only these records.', {
        example: ['run_cm1example000000000000001'],
      }),
    ],
    responses: {
      200: {
        description: 'A page of records.',
        content: {
          'application/json': {
            schema: { type: 'object', properties: { records, next_cursor }, required: ['records', 'next_cursor'] },
            examples: await examplesOf(synced),
          },
        },
      },
      ...refusals('BadRequest', 'Unauthorized', 'TooManyRequests'),
    },
  };
  return { '/records': { get } };
}
