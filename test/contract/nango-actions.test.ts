import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFakeProject, type KeyName } from '../fake-api/index.js';
import { actionCases, badInputs, prepare, sentAs } from '../nango/action-cases.js';
import { bodyOf, FakeNango } from '../nango/fake-nango.js';
import { loadWithRunnerZod } from '../nango/runner-zod.js';

function nangoOf(key: KeyName = 'root:prod'): FakeNango {
  const project = createFakeProject({ runs: 60 });
  prepare(project);
  const nango = new FakeNango(project, project.keys[key]);
  nango.config['projectRef'] = project.ref;
  return nango;
}

describe('every action under the zod of Nango’s runner', () => {
  it.each(actionCases)('$action sends $sends', async ({ action, input, key, output, retries, sends }) => {
    const nango = nangoOf(key);
    const given = await (await loadWithRunnerZod(action)).exec(nango, input);
    expect(given).toMatchObject(output as object);
    const sent = nango.proxied.map((config) => {
      const query = new URLSearchParams(config.params);
      return sentAs(config.method, `${config.endpoint}?${query}`, config.data === undefined ? '' : bodyOf(config));
    });
    expect(sent).toEqual(sends);
    expect(nango.proxied.map((config) => config.retries)).toEqual(retries);
  });

  it.each(badInputs)(
    '$action refuses $input as $code, and sends nothing',
    async ({ action, code, input, key, path }) => {
      const nango = nangoOf(key);
      const attempt = (await loadWithRunnerZod(action)).exec(nango, input);
      await expect(attempt).rejects.toMatchObject({
        payload: { type: code, code, ...(path !== undefined && { path }) },
      });
      expect(nango.proxied).toEqual([]);
    },
  );

  const actions = [...new Set(actionCases.map(({ action }) => action))];

  // Nango hands over whatever the caller sent, or nothing.
  it.each(actions)('%s takes no input as an empty one, and nothing that is no object', async (action) => {
    const { exec } = await loadWithRunnerZod(action);
    const key = /^list-(?:projects|environments)$/.test(action) ? 'pat:alice' : 'root:prod';
    for (const input of ['text', 5, true, []]) {
      const nango = nangoOf(key);
      await expect(exec(nango, input)).rejects.toMatchObject({ payload: { code: 'input_invalid' } });
      expect(nango.proxied).toEqual([]);
    }
    const outcome = (input?: unknown) =>
      exec(nangoOf(key), input).then(
        () => 'done',
        (error: { payload?: { code?: unknown } }) => error.payload?.code,
      );
    expect([await outcome(undefined), await outcome(null)]).toEqual([await outcome({}), await outcome({})]);
  });
});

interface Schema {
  readonly type?: string | string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}

interface Action {
  readonly name: string;
  readonly input: string;
  readonly json_schema: { readonly definitions: Readonly<Record<string, Schema>> };
}

const [manifest] = JSON.parse(
  readFileSync(new URL('../../integrations/.nango/nango.json', import.meta.url), 'utf8'),
) as { actions: Action[] }[];

const inputs = (manifest?.actions ?? []).map(({ input, json_schema, name }) => ({
  name,
  schema: json_schema.definitions[input] ?? {},
}));

/** Every field of a schema with its path; what an array or a choice holds belongs to its field. */
function fieldsOf({ anyOf = [], items, properties = {} }: Schema, path = ''): [string, Schema][] {
  const own = Object.entries(properties).flatMap(([name, field]): [string, Schema][] => [
    [`${path}${name}`, field],
    ...fieldsOf(field, `${path}${name}.`),
  ]);
  return [...own, ...[...anyOf, ...(items === undefined ? [] : [items])].flatMap((part) => fieldsOf(part, path))];
}

const isText = ({ anyOf = [], enum: choices, items, type }: Schema): boolean =>
  choices !== undefined || [type].flat().includes('string') || [...anyOf, ...(items ? [items] : [])].some(isText);

const namesOf = (schema: Schema) => fieldsOf(schema).map(([path]) => path);

describe('the inputs as Nango’s tools show them', () => {
  // Nango's MCP server drops any other tool without a word.
  it.each(inputs)('$name is one object, without references', ({ schema }) => {
    expect(schema.type).toBe('object');
    expect(JSON.stringify(schema)).not.toMatch(/"\$(?:ref|defs)"|"definitions"/);
    expect(Object.keys(schema).filter((key) => /^(?:any|all|one)Of$|^not$|^if$/.test(key))).toEqual([]);
  });

  it.each(inputs)('$name describes every field, and gives an example where text is typed', ({ schema }) => {
    const fields = fieldsOf(schema);
    expect(fields.flatMap(([path, field]) => (field.description === undefined ? [path] : []))).toEqual([]);
    const bare = fields.filter(([, field]) => isText(field) && !/Example: \S/.test(field.description ?? ''));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it('every trigger takes an idempotencyKey, and a schedule has to have its key', () => {
    const named = new Map(inputs.map(({ name, schema }) => [name, schema]));
    expect(namesOf(named.get('trigger-task') ?? {})).toContain('options.idempotencyKey');
    expect(namesOf(named.get('batch-trigger-tasks') ?? {})).toEqual(
      expect.arrayContaining(['items.options.idempotencyKey', 'idempotencyKey']),
    );
    expect(named.get('create-schedule')?.required).toContain('deduplicationKey');
    const triggers = inputs.filter(({ name }) => /trigger/.test(name) && !name.startsWith('create-'));
    expect(triggers.map(({ name }) => name)).toEqual(['batch-trigger-tasks', 'trigger-task']);
  });
});
