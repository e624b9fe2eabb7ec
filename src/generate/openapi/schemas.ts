import * as z from 'zod';
import * as models from '../../api/models.js';
import type { FunctionSource } from '../functions.js';

export type Json = { readonly [key: string]: unknown };

const refOf = (id: string) => `#/components/schemas/${id}`;

const pascal = (name: string) => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `Id of the task. Example: "send-invoice"` as a description and an example. */
function splitDescription(text: string): Json {
  const [, description, example] = /^(.*?)\s*Example: (.+)$/s.exec(text) ?? [];
  return example === undefined
    ? { description: text }
    : { ...(description && { description }), examples: [JSON.parse(example)] };
}

/** A schema with the examples of its descriptions where JSON Schema has them. */
function withExamples(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(withExamples);
  }
  if (!isObject(schema)) {
    return schema;
  }
  const { $id: _id, $schema: _dialect, ...rest } = schema;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) =>
      name === 'description' && typeof value === 'string'
        ? Object.entries(splitDescription(value))
        : [[name, withExamples(value)]],
    ),
  );
}

type Registry = z.core.$ZodRegistry<{ id: string }>;

function schemasOf(registry: Registry, io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(registry, { io, uri: refOf, target: 'draft-2020-12', unrepresentable: 'any' });
  return withExamples(schemas) as Json;
}

/** The names of everything that a value refers to. */
export function namesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);
}

/** Only the schemas that `used` needs, directly or through others, by name. */
export function reachable(schemas: Json, used: readonly string[]): Json {
  const found = new Set<string>();
  const open = [...used];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (!found.has(name)) {
      found.add(name);
      open.push(...namesIn(schemas[name]));
    }
  }
  return Object.fromEntries([...found].sort().map((name) => [name, schemas[name]]));
}

export interface NamedSchemas {
  readonly schemas: Json;
  /** A reference to the schema of an action's input or output. */
  readonly ref: (schema: z.ZodType) => Json;
}

/** Each input, output and model once, under a name; two functions with the same schema share it. */
export function namedSchemas(functions: readonly FunctionSource[]): NamedSchemas {
  const inputs: Registry = z.registry<{ id: string }>();
  const outputs: Registry = z.registry<{ id: string }>();
  const add = (registry: Registry, schema: z.ZodType | undefined, id: string) => {
    if (schema !== undefined && !registry.has(schema)) {
      registry.add(schema, { id });
    }
  };
  for (const [name, make] of Object.entries(models)) {
    // A model is made by the function of its name.
    if (/^[A-Z]/.test(name) && typeof make === 'function') {
      add(outputs, (make as () => z.ZodType)(), name);
    }
  }
  for (const { definition, name } of functions) {
    add(inputs, definition.input, `${pascal(name)}Input`);
    add(outputs, definition.output, `${pascal(name)}Output`);
    for (const [model, schema] of Object.entries(definition.models ?? {})) {
      add(outputs, schema, model);
    }
  }
  return {
    schemas: { ...schemasOf(inputs, 'input'), ...schemasOf(outputs, 'output') },
    ref: (schema) => ({ $ref: refOf((inputs.get(schema) ?? outputs.get(schema))?.id ?? '') }),
  };
}
