import { readFile } from 'node:fs/promises';
import type { KeyKind } from '../connection/index.js';
import { packageFolder } from './package-folder.js';

/** An action as `schemas/actions.json` describes it, generated from the functions and the endpoint table. */
export interface ActionEntry {
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly docs: string;
  readonly kinds: readonly KeyKind[];
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly mintsToken: boolean;
}

export type JsonSchema = { readonly type: 'object'; readonly [keyword: string]: unknown };

export interface CatalogueEntry extends ActionEntry {
  readonly input: JsonSchema;
  readonly output: JsonSchema | undefined;
}

const folder = new URL('schemas/', packageFolder);

async function readJson<Value>(path: string): Promise<Value> {
  return JSON.parse(await readFile(new URL(path, folder), 'utf8')) as Value;
}

let catalogue: Promise<CatalogueEntry[]> | undefined;

async function load(): Promise<CatalogueEntry[]> {
  const entries = await readJson<ActionEntry[]>('actions.json');
  return Promise.all(
    entries.map(async (entry) => {
      const [input, output] = await Promise.all([
        readJson<JsonSchema>(`actions/${entry.name}.input.json`),
        readJson<Record<string, unknown>>(`actions/${entry.name}.output.json`),
      ]);
      return { ...entry, input, output: output['type'] === 'object' ? (output as JsonSchema) : undefined };
    }),
  );
}

/** Every action with its schemas, read once. */
export function actionCatalogue(): Promise<CatalogueEntry[]> {
  catalogue ??= load();
  return catalogue;
}
