import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/errors/index.js';
import { readFunctions } from '../../src/generate/functions.js';
import { document, type Json, validatorAt } from './openapi-document.js';

const functions = await readFunctions();

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

interface Example {
  /** Where its schema is. */
  readonly at: readonly string[];
  readonly value: unknown;
}

/** Every example with the place of its schema: of a media type, of a parameter, of a schema. */
function examplesIn(value: unknown, path: readonly string[]): Example[] {
  if (!isObject(value)) {
    return [];
  }
  const below = Object.entries(value).flatMap(([name, child]) =>
    ['example', 'examples'].includes(name) ? [] : examplesIn(child, [...path, name]),
  );
  if (Array.isArray(value['examples'])) {
    return [...below, ...value['examples'].map((example: unknown) => ({ at: path, value: example }))];
  }
  const named = isObject(value['examples']) ? Object.values(value['examples']) : [];
  const given = [...('example' in value ? [value['example']] : []), ...named.map((one) => (one as Json)['value'])];
  return [...below, ...given.map((example) => ({ at: [...path, 'schema'], value: example }))];
}

describe('schemas/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator();
    const { errors, valid } = await validator.validate(structuredClone(document));
    expect([errors, valid, validator.version]).toEqual([undefined, true, '3.1']);
  });

  it('is small enough to be published', () => {
    expect(JSON.stringify(document).length).toBeLessThan(250_000);
  });

  it('has an operation for every action, and every model among the records', () => {
    const actions = functions.filter(({ kind }) => kind === 'actions').map(({ name }) => `/actions/${name}`);
    expect(Object.keys(document.paths)).toEqual([
      ...actions,
      '/action/{id}',
      '/records',
      '/sync/trigger',
      '/sync/status',
    ]);
    const models = functions.flatMap(({ definition }) => Object.keys(definition.models ?? {}));
    const parameters = document.paths['/records']?.['get']?.['parameters'] as Json[];
    expect(parameters.find(({ name }) => name === 'model')).toMatchObject({ schema: { enum: models } });
  });

  it('gives every action an input and an output as an example', () => {
    const bare = operations.filter(({ operation, path }) => {
      const [input, output] = [operation['requestBody'], (operation['responses'] as Json)['200']].map(
        (part) => ((part as Json)?.['content'] as Json)?.['application/json'],
      );
      return (
        path.startsWith('/actions/') && [input, output].some((media) => (media as Json)?.['example'] === undefined)
      );
    });
    expect(bare).toEqual([]);
  });

  const examples = examplesIn(document, []);

  it('has examples throughout', () => {
    expect(examples.length).toBeGreaterThan(150);
  });

  it.each(examples)('the example of $at is valid', ({ at, value }) => {
    const validate = validatorAt(at);
    expect([validate(value), validate.errors]).toEqual([true, null]);
  });

  it('keeps no example inside of a description', () => {
    expect(JSON.stringify(document)).not.toContain('Example:');
  });

  it('refers only to what is there, and holds nothing that is not referred to', () => {
    const refs = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+\/\w+)"/g)].map(([, name]) => name),
    );
    const { securitySchemes: _, ...parts } = document.components;
    const there = Object.entries(parts).flatMap(([part, named]) => Object.keys(named).map((name) => `${part}/${name}`));
    expect([...refs].sort()).toEqual(there.sort());
  });

  it('names every error code with its hint', () => {
    expect(document.components['schemas']?.['ErrorCode']).toMatchObject({
      enum: Object.keys(errorCodes),
      'x-enumDescriptions': Object.fromEntries(Object.entries(errorCodes).map(([code, { hint }]) => [code, hint])),
    });
  });
});

describe('what importers build on', () => {
  // A pin: an operation that is renamed, moved or opened to another kind of key breaks what was imported.
  it('is this', () => {
    const rows = operations.map(({ method, operation, path }) =>
      [operation.operationId, method.toUpperCase(), path, ...(operation['x-key-kinds'] ?? [])].join(' '),
    );
    expect(rows).toEqual([
      'activateSchedule POST /actions/activate-schedule root additional',
      'batchTriggerTasks POST /actions/batch-trigger-tasks root additional',
      'cancelRun POST /actions/cancel-run root additional',
      'closeSession POST /actions/close-session root additional',
      'createEnvVar POST /actions/create-env-var root additional pat',
      'createPublicToken POST /actions/create-public-token root additional',
      'createSchedule POST /actions/create-schedule root additional',
      'createSessionToken POST /actions/create-session-token root additional',
      'createTriggerToken POST /actions/create-trigger-token root additional',
      'deactivateSchedule POST /actions/deactivate-schedule root additional',
      'deleteEnvVar POST /actions/delete-env-var root additional pat',
      'deleteSchedule POST /actions/delete-schedule root additional',
      'getEnvVar POST /actions/get-env-var root additional pat',
      'getRun POST /actions/get-run root additional',
      'getSchedule POST /actions/get-schedule root additional',
      'getSession POST /actions/get-session root additional',
      'listEnvVars POST /actions/list-env-vars root additional pat',
      'listEnvironments POST /actions/list-environments pat',
      'listProjects POST /actions/list-projects pat',
      'listRuns POST /actions/list-runs root additional pat',
      'listSchedules POST /actions/list-schedules root additional',
      'listSessions POST /actions/list-sessions root additional',
      'replayRun POST /actions/replay-run root additional',
      'rescheduleRun POST /actions/reschedule-run root additional',
      'sendSessionInput POST /actions/send-session-input root additional',
      'startSession POST /actions/start-session root additional',
      'triggerTask POST /actions/trigger-task root additional',
      'updateEnvVar POST /actions/update-env-var root additional pat',
      'updateSchedule POST /actions/update-schedule root additional',
      'updateSession POST /actions/update-session root additional',
      'uploadEnvVars POST /actions/upload-env-vars root additional pat',
      'getActionResult GET /action/{id}',
      'listRecords GET /records',
      'triggerSync POST /sync/trigger',
      'getSyncStatus GET /sync/status',
    ]);
  });

  it('offers the background to all but those that mint a token', () => {
    const alone = operations.filter(
      ({ operation, path }) => path.startsWith('/actions/') && !('202' in (operation['responses'] as Json)),
    );
    expect(alone.map(({ path }) => path)).toEqual([
      '/actions/create-public-token',
      '/actions/create-session-token',
      '/actions/create-trigger-token',
    ]);
  });

  it('says which calls do their work again when made twice', () => {
    const paths = operations.filter(({ operation }) => operation['x-idempotent'] === false).map(({ path }) => path);
    expect(paths).toEqual([
      '/actions/batch-trigger-tasks',
      '/actions/create-env-var',
      '/actions/replay-run',
      '/actions/reschedule-run',
      '/actions/send-session-input',
      '/actions/start-session',
      '/actions/trigger-task',
      '/actions/upload-env-vars',
    ]);
  });
});
