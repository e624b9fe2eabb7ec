import { readFile } from 'node:fs/promises';
import type { FunctionSource } from '../functions.js';
import { actionPaths } from './actions.js';
import { backgroundParameters, backgroundPaths, backgroundResponses, backgroundSchemas } from './background.js';
import { errorResponses, errorSchemas } from './errors.js';
import { recordPaths, recordSchemas } from './records.js';
import { type Json, namedSchemas, namesIn, reachable } from './schemas.js';
import { syncPaths, syncSchemas } from './syncs.js';

const integration = { name: 'Provider-Config-Key', in: 'header', schema: { type: 'string', enum: ['trigger-dev'] } };

const parameters: Json = {
  ConnectionId: {
    name: 'Connection-Id',
    in: 'header',
    required: true,
    description: 'Which connection. GET /connections lists them.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  Integration: { ...integration, description: 'Name of the integration; can be left out.' },
  ...backgroundParameters,
  RequiredIntegration: { ...integration, description: 'Name of the integration.', required: true },
};

/** JSON with a line for each operation and each schema: small, and a change shows which one it is in. */
function linesOf(value: unknown, depth: number): string {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).map(([name, entry]) => `${JSON.stringify(name)}: ${linesOf(entry, depth - 1)}`);
  return `{\n${entries.join(',\n')}\n}`;
}

/** `schemas/openapi.json`: what the local host answers, in OpenAPI 3.1, for what imports such a document. */
export async function openApi(functions: readonly FunctionSource[]): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as Json;
  const named = namedSchemas(functions);
  const paths = {
    ...(await actionPaths(functions, named)),
    ...backgroundPaths,
    ...(await recordPaths(functions)),
    ...syncPaths(functions),
  };
  const responses = { ...backgroundResponses, ...errorResponses };
  const schemas = {
    ...named.schemas,
    ...recordSchemas(functions, named),
    ...syncSchemas,
    ...errorSchemas,
    ...backgroundSchemas,
  };
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Trigger.dev connector',
      version,
      description: 'Actions over Trigger.dev, and the records that its syncs store.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:4310' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'The API key that the host printed.' },
      },
      parameters,
      responses,
      schemas: reachable(schemas, namesIn([paths, responses])),
    },
  };
  return `${linesOf(document, 3)}\n`;
}
