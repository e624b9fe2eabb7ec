import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type Json = { readonly [key: string]: unknown };

interface Operation extends Json {
  readonly operationId: string;
  readonly 'x-key-kinds'?: readonly string[];
}

interface OpenApi extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly servers: readonly { readonly url: string }[];
}

export const document = JSON.parse(
  readFileSync(new URL('../../schemas/openapi.json', import.meta.url), 'utf8'),
) as OpenApi;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, 'openapi.json');

/** A validator of the schema at a JSON pointer of the document. */
export function validatorAt(path: readonly string[]): ValidateFunction {
  const pointer = path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent);
  return ajv.compile({ $ref: `openapi.json#/${pointer.join('/')}` });
}
