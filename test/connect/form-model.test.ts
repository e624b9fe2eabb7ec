import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FormValues, formState } from '../../src/connect/form-model.js';
import { type ConnectTexts, englishTexts } from '../../src/connect/texts.js';
import { fields } from '../../src/connection/fields.js';
import { type ConnectionPolicy, connectForm, type FieldName, parseConnection } from '../../src/connection/index.js';
import { INVALID, keys, VALID } from '../connection/cases.js';

const names = connectForm.fields.map(({ name }) => name);
const ref = 'proj_abcdefghij';
const all = new Set(names);
const problems = (issues: readonly { code: string; field: string }[]) => issues.map(({ code, field }) => [code, field]);

/** Values that inputs can hold: text in the five fields. */
function isTyped(values: unknown): values is FormValues {
  const entries = typeof values === 'object' && values !== null && !Array.isArray(values) ? Object.entries(values) : [];
  return (
    entries.length > 0 && entries.every(([name, value]) => all.has(name as FieldName) && typeof value === 'string')
  );
}

function expectSameAsParse(values: FormValues, policy: ConnectionPolicy): void {
  const parsed = parseConnection(values, policy);
  const state = formState(values, { policy });
  expect(state.canSubmit).toBe(parsed.ok);
  expect(problems(state.issues)).toEqual(parsed.ok ? [] : problems(parsed.issues));
}

describe('which fields are there, and which must be filled', () => {
  const token = ['apiKey', 'baseUrl', 'projectRef', 'environment'];
  it.each<[string, FormValues, readonly string[], readonly string[]]>([
    ['nothing', {}, ['apiKey', 'baseUrl'], ['apiKey']],
    ['a beginning', { apiKey: 'tr_' }, ['apiKey', 'baseUrl'], ['apiKey']],
    ['a production key', { apiKey: keys.prod }, ['apiKey', 'baseUrl'], ['apiKey']],
    ['a staging key', { apiKey: keys.staging }, ['apiKey', 'baseUrl'], ['apiKey']],
    ['an additional key', { apiKey: keys.additional }, ['apiKey', 'baseUrl'], ['apiKey']],
    ['a development key', { apiKey: keys.dev }, ['apiKey', 'baseUrl', 'previewBranch'], ['apiKey']],
    ['a preview key', { apiKey: keys.preview }, ['apiKey', 'baseUrl', 'previewBranch'], ['apiKey', 'previewBranch']],
    [
      'an additional preview key',
      { apiKey: keys.additionalPreview },
      ['apiKey', 'baseUrl', 'previewBranch'],
      ['apiKey', 'previewBranch'],
    ],
    ['a token', { apiKey: keys.pat }, token, ['apiKey', 'projectRef']],
    ['a token with space around it', { apiKey: ` ${keys.pat} ` }, token, ['apiKey', 'projectRef']],
    ['a token for production', { apiKey: keys.pat, environment: 'prod' }, token, ['apiKey', 'projectRef']],
    ['a token for dev', { apiKey: keys.pat, environment: 'dev' }, token, ['apiKey', 'projectRef']],
    ['a token for preview', { apiKey: keys.pat, environment: 'preview' }, names, ['apiKey', 'projectRef']],
    ['a token and a branch', { apiKey: keys.pat, previewBranch: 'x' }, names, ['apiKey', 'projectRef', 'environment']],
    ['a refused kind', { apiKey: keys.organization }, ['apiKey', 'baseUrl'], ['apiKey']],
    ['a family that is not allowed', { apiKey: keys.newFamily }, ['apiKey', 'baseUrl'], ['apiKey']],
    [
      'a field filled for another key',
      { apiKey: keys.prod, projectRef: 'x' },
      ['apiKey', 'baseUrl', 'projectRef'],
      ['apiKey'],
    ],
    ['a blank field', { apiKey: keys.prod, projectRef: ' ' }, ['apiKey', 'baseUrl'], ['apiKey']],
  ])('%s', (_, values, visible, required) => {
    const { fields } = formState(values);
    expect(fields.map(({ name }) => name)).toEqual(names);
    expect(fields.filter((field) => field.visible).map(({ name }) => name)).toEqual(visible);
    expect(fields.filter((field) => field.required).map(({ name }) => name)).toEqual(required);
  });

  it('all, with a key of a family that the operator allows', () => {
    const { canSubmit, fields, kind } = formState({ apiKey: keys.newFamily }, { policy: { allowUnknownKey: true } });
    expect(kind).toBe('unknown');
    expect(fields.every(({ visible }) => visible)).toBe(true);
    expect(fields.filter(({ required }) => required).map(({ name }) => name)).toEqual(['apiKey']);
    expect(canSubmit).toBe(true);
  });

  it('none that has a problem is hidden', () => {
    for (const { values, policy } of INVALID.filter((one) => isTyped(one.values))) {
      const { fields, issues } = formState(values as FormValues, { ...(policy && { policy }) });
      const hidden = fields.filter(({ visible }) => !visible).map(({ name }) => name as string);
      expect(issues.filter(({ field }) => hidden.includes(field))).toEqual([]);
    }
  });
});

describe('what is said', () => {
  const values = { apiKey: keys.pat, environment: 'nope', baseUrl: '10.0.0.1' };
  const shown = (options: Parameters<typeof formState>[1]) =>
    formState(values, options)
      .fields.filter(({ error }) => error !== undefined)
      .map(({ name }) => name);

  it.each<[string, Parameters<typeof formState>[1], readonly string[]]>([
    ['nothing before a field is left', {}, []],
    ['what is wrong in a field that was left', { touched: new Set(['environment' as const]) }, ['environment']],
    ['nothing for a field that is right', { touched: new Set(['apiKey' as const]) }, []],
    ['everything after a submit', { submitted: true }, ['baseUrl', 'projectRef', 'environment']],
  ])('%s', (_, options, fields) => {
    expect(shown(options)).toEqual(fields);
    expect(formState(values, options).issues).toHaveLength(3);
  });

  it.each<[string, FormValues, FieldName | undefined]>([
    ['nothing typed', {}, 'apiKey'],
    ['the first in the order of the form', values, 'baseUrl'],
    ['only the last', { apiKey: keys.preview }, 'previewBranch'],
    ['none', { apiKey: keys.prod }, undefined],
  ])('the focus belongs to the first problem: %s', (_, typed, field) => {
    expect(formState(typed).firstError).toBe(field);
    expect('firstError' in formState(typed)).toBe(field !== undefined);
  });

  it('a warning, unless there is an error, and it does not hold up', () => {
    const unusual = { apiKey: keys.pat, projectRef: 'My-Project' };
    const field = (state: ReturnType<typeof formState>) => state.fields.find(({ name }) => name === 'projectRef');
    expect(field(formState(unusual))).not.toHaveProperty('warning');
    expect(field(formState(unusual, { submitted: true }))?.warning).toMatch(/^Project refs usually/);
    expect(formState(unusual).canSubmit).toBe(true);
    expect(field(formState({ ...unusual, projectRef: 'a b' }, { submitted: true }))).not.toHaveProperty('warning');
  });

  it.each(names)('how long %s may be', (name) => {
    const long = formState(
      { apiKey: keys.prod, [name]: 'a'.repeat(fields.byName[name].limit + 1) },
      { submitted: true },
    );
    const field = long.fields.find((one) => one.name === name);
    expect(field).toMatchObject({ error: `At most ${fields.byName[name].limit} characters.`, visible: true });
    expect(field?.maxLength).toBe(fields.byName[name].limit);
    expect(long.firstError).toBe(name);
  });

  it('by the policy of the operator', () => {
    const typed = { apiKey: keys.newFamily, baseUrl: 'http://127.0.0.1:3030' };
    expect(problems(formState(typed).issues)).toEqual([
      ['key_unknown', 'apiKey'],
      ['base_url_invalid', 'baseUrl'],
    ]);
    expect(problems(formState(typed, { policy: { allowHttp: true } }).issues)).toEqual([
      ['key_unknown', 'apiKey'],
      ['egress_blocked', 'baseUrl'],
    ]);
    const policy = { allowHttp: true, allowPrivateHosts: true, allowUnknownKey: true };
    expect(formState(typed, { policy }).canSubmit).toBe(true);
  });
});

describe('the choices of the environment', () => {
  const options = (environments?: readonly string[]) =>
    formState({ apiKey: keys.pat }, environments && { environments }).fields.find(({ name }) => name === 'environment')
      ?.options;

  it('are those of the provider config, until those of the project are known', () => {
    expect(options()).toEqual(['dev', 'staging', 'prod', 'preview']);
    expect(options(['prod'])).toEqual(['prod']);
    expect(options([])).toEqual([]);
  });

  it('no other field has any', () => {
    const { fields } = formState({}, { environments: ['prod'] });
    expect(fields.filter((field) => field.options !== undefined)).toHaveLength(1);
  });
});

describe('texts', () => {
  const withTexts = (texts: Partial<ConnectTexts>, values: FormValues) =>
    formState(values, { submitted: true, texts: { ...englishTexts, ...texts } });
  const errorsOf = (state: ReturnType<typeof formState>) =>
    Object.fromEntries(state.fields.flatMap(({ error, name }) => (error === undefined ? [] : [[name, error]])));

  it('replace titles and descriptions, one by one', () => {
    const { fields } = withTexts(
      { fields: { apiKey: { title: 'Schlüssel' }, baseUrl: { description: 'Wohin.' } } },
      {},
    );
    const [key, , projectRef] = connectForm.fields;
    expect(fields[0]).toMatchObject({ title: 'Schlüssel', description: key?.description });
    expect(fields[2]).toMatchObject({ title: projectRef?.title, description: projectRef?.description });
    expect(fields.find(({ name }) => name === 'baseUrl')).toMatchObject({ title: 'API host', description: 'Wohin.' });
  });

  it('replace messages by code and field, else by code, and leave the others', () => {
    const messages = { key_required: 'Fehlt.', 'branch_not_allowed.previewBranch': 'Nicht hier.' } as const;
    expect(errorsOf(withTexts({ messages }, { previewBranch: 'a b' }))).toMatchObject({ apiKey: 'Fehlt.' });
    expect(errorsOf(withTexts({ messages }, { apiKey: keys.prod, previewBranch: 'x' }))).toEqual({
      previewBranch: 'Nicht hier.',
    });
    expect(errorsOf(withTexts({ messages: { ...messages, 'key_required.apiKey': 'Genauer.' } }, {}))).toEqual({
      apiKey: 'Genauer.',
    });
    expect(errorsOf(withTexts({ messages }, { apiKey: keys.prod, baseUrl: 'ftp://x' }))['baseUrl']).toContain(
      'https://',
    );
  });

  it('replace warnings too', () => {
    const messages = { project_ref_invalid: 'Ungewöhnlich.' };
    const { fields } = withTexts({ messages }, { apiKey: keys.pat, projectRef: 'My-Project' });
    expect(fields.find(({ name }) => name === 'projectRef')?.warning).toBe('Ungewöhnlich.');
  });
});

describe('the form finds what parseConnection finds', () => {
  const typed = [...VALID, ...INVALID].filter((one) => isTyped(one.values));

  it('in every case of the table', () => {
    expect(typed.length).toBeGreaterThan(100);
    for (const { policy = {}, values } of typed) {
      expectSameAsParse(values as FormValues, policy);
    }
  });

  it('in whatever is typed', () => {
    const space = fc.constantFrom('', ' ', '\n', '\ufeff');
    const field = (name: FieldName, ...likely: string[]) =>
      fc.option(
        fc
          .tuple(
            space,
            fc.oneof(
              { weight: 6, arbitrary: fc.constantFrom(...likely) },
              fc.string({ maxLength: 80 }),
              fc.constantFrom(
                'x'.repeat(fields.byName[name].limit),
                'x'.repeat(fields.byName[name].limit + 1),
                ' '.repeat(5_000),
              ),
            ),
            space,
          )
          .map((parts) => parts.join('')),
        { nil: undefined },
      );
    const values = fc.record({
      apiKey: field('apiKey', ...Object.values(keys)),
      projectRef: field('projectRef', ref, 'My-Project', 'a b', keys.prod),
      environment: field('environment', 'dev', 'staging', 'stg', 'prod', 'production', 'preview', 'Prod'),
      baseUrl: field('baseUrl', 'api.trigger.dev', 'http://127.0.0.1:1', '10.0.0.1', 'ftp://x', 'tr\u0456gger.dev'),
      previewBranch: field('previewBranch', 'feature/login', 'default', 'refs/heads/x', 'a b'),
    });
    const policy = fc.record({
      allowHttp: fc.boolean(),
      allowPrivateHosts: fc.boolean(),
      allowUnknownKey: fc.boolean(),
    });
    fc.assert(
      fc.property(values, policy, (filled, allowed) => {
        const given = Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== undefined));
        expectSameAsParse(given, allowed);
      }),
      { numRuns: 2_000 },
    );
  });
});
