import { describe, expect, it } from 'vitest';
import { fieldFlags, fieldHelp, flagOf } from '../../src/cli/field-flags.js';
import { nangoConfig } from '../../src/cli/move/moved-connection.js';
import { givenFields } from '../../src/client/given-fields.js';
import { optionNames, stateOf, variablesOf } from '../../src/client/options.js';
import { type FieldRow, fieldRows, fieldTable } from '../../src/connection/fields.js';
import { fieldsOfForm } from '../../src/connection/form.js';
import { nangoValues } from '../../src/connection/from-nango.js';
import { identityText, keyText, placeOf, valuesOf } from '../../src/connection/identity.js';
import { type Connection, connectForm, parseConnection } from '../../src/connection/index.js';
import { checkerOf } from '../../src/connection/parse.js';
import { providerConfig } from '../../src/connection/provider.generated.js';
import type { Ask } from '../../src/gate/index.js';
import { connectFormSchema } from '../../src/generate/form-schema.js';
import { targetOf } from '../../src/host/admission.js';
import { configIssues, configOfParsed, fieldsIn, overlaid, readForm } from '../../src/host/given-config.js';
import { summarise } from '../../src/host/summary.js';
import { identityOf } from '../../src/nango/sync/identity.js';
import { mint } from '../../src/tokens/mint.js';
import { keys } from './cases.js';

const region = {
  nangoName: 'triggerRegion',
  code: 'input_invalid',
  limit: 16,
  identity: 'named',
  option: 'regionName',
  flag: ['region', 'NAME'],
  variable: 'TRIGGER_REGION',
  alsoCalled: ['zone'],
} as const satisfies FieldRow;
const tableWith = (row: FieldRow) => fieldTable<string>({ ...fieldRows, region: row });
const six = tableWith(region);

const words = {
  title: 'Region',
  description: 'Where the data is.',
  example: 'eu',
  doc_section: '#region',
  optional: true,
  order: 105,
};
const provider = {
  ...providerConfig,
  connection_config: { ...providerConfig.connection_config, triggerRegion: words },
};

const token = { apiKey: keys.pat, projectRef: 'proj_abcdefghij', environment: 'prod' };

function connected(values: Record<string, unknown>, table = six): Connection {
  const parsed = checkerOf(table)(values, {}, true);
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  return parsed.connection;
}

const none = connected(token);
const eu = connected({ ...token, region: ' eu ' });
const us = connected({ ...token, region: 'us' });
const ask = (async () => ({ sub: 'env_1', pub: true })) as unknown as Ask;

/** Of each connection, and of the one without the field as five fields have it. */
const texts: readonly (readonly [
  string,
  (connection: Connection, table?: typeof six) => Promise<unknown> | unknown,
])[] = [
  ['the id of a connection', (connection, table) => summarise(connection, table).id],
  ['the identity of a connection', identityText],
  ['the place of its records', placeOf],
  ['the target by which a host keeps records', (connection, table) => targetOf(connection, undefined, table)],
  [
    'the fingerprint of a checkpoint',
    async (connection, table) =>
      (await identityOf(connection, ask, undefined, { isInPath: true, ...(table && { table }) })).fingerprint,
  ],
  ['the cache key of tokens', keyText],
];

describe('a sixth field in a copy of the table of fields', () => {
  it.each(texts)('changes %s, and leaves it as it was where the field is empty', async (_, textOf) => {
    expect(await textOf(eu, six)).not.toBe(await textOf(us, six));
    expect(await textOf(eu, six)).not.toBe(await textOf(none, six));
    expect(await textOf(none, six)).toBe(await textOf(none));
  });

  it('cannot pass for another field, whatever it holds', () => {
    const odd = connected({ ...token, region: 'a b\nc=d' });
    expect(placeOf(odd, six)).toBe(`${placeOf(none)} region=a%20b%0Ac%3Dd`);
  });

  it('refuses a checkpoint of another value, and takes that of an earlier version', async () => {
    const options = { isInPath: true, table: six };
    const { fingerprint } = await identityOf(eu, ask, undefined, options);
    await expect(identityOf(us, ask, fingerprint, options)).rejects.toMatchObject({ code: 'checkpoint_mismatch' });
    await expect(identityOf(eu, ask, fingerprint, options)).resolves.toMatchObject({ fingerprint });
    const earlier = await identityOf(none, ask, undefined, { isInPath: true });
    await expect(identityOf(none, ask, earlier.fingerprint, options)).resolves.toMatchObject(earlier);
  });

  it('has the claims of tokens asked for once for each value', async () => {
    let count = 0;
    const counting = (async () => {
      count += 1;
      return { sub: 'env_1', pub: true };
    }) as unknown as Ask;
    const secret = (value: string) => connected({ apiKey: keys.prod, baseUrl: 'claims.example.com', region: value });
    for (const value of ['eu', 'us', 'eu']) {
      await mint(secret(value), counting, { scopes: ['read:runs:run_1'] }, 0, () => '', six);
    }
    expect(count).toBe(2);
  });

  it('is no part of any of them where its row says so', async () => {
    const table = tableWith({ ...region, identity: false });
    expect(identityText(eu, table)).toBe(identityText(us, table));
    expect(placeOf(eu, table)).toBe(placeOf(us, table));
    expect(keyText(connected({ ...token, region: 'eu' }, table), tableWith({ ...region, isOfKey: true }))).toBe(
      keyText(none),
    );
    expect(fieldsIn({ triggerRegion: 'eu' }, table)).toEqual({ triggerRegion: 'eu' });
  });

  it('is read from values under both names, and from a Nango connection', () => {
    expect(eu).toMatchObject({ region: 'eu' });
    expect(connected({ ...token, triggerRegion: 'eu' })).toEqual(eu);
    expect(connected(valuesOf(eu, six))).toEqual(eu);
    expect(nangoValues({ triggerRegion: 'eu', other: 1 }, six)).toEqual({ triggerRegion: 'eu' });
    expect(parseConnection({ ...token, region: 'eu' })).toMatchObject({ issues: [{ code: 'unknown_field' }] });
  });

  it.each([
    [1, 'region must be text.'],
    ['a'.repeat(17), 'region is too long.'],
  ])('is checked: %j', (value, message) => {
    const issues = [{ code: 'input_invalid', field: 'region', message }];
    expect(checkerOf(six)({ ...token, region: value }, {}, true)).toMatchObject({ ok: false, issues });
    expect(checkerOf(six)({ ...token, triggerRegion: value }, {}, true)).toMatchObject({ ok: false, issues });
  });

  it('is kept in the config of a connection', () => {
    expect(configOfParsed(eu, six)).toMatchObject({ triggerRegion: 'eu', projectRef: token.projectRef });
    expect(summarise(eu, six)).toMatchObject({ region: 'eu' });
    expect(overlaid({ region: 'eu', label: 1 }, { triggerRegion: 'us' }, six)).toEqual({
      label: 1,
      triggerRegion: 'us',
    });
    expect(readForm({ region: 'eu' }, {}, six)).toEqual({
      values: { triggerRegion: 'eu' },
      config: { triggerRegion: 'eu' },
    });
    expect(configIssues({ Zone: 'eu' }, six)).toMatchObject([{ message: expect.stringContaining('"triggerRegion"') }]);
    expect(nangoConfig({ region: 'eu' }, six)).toEqual({ triggerRegion: 'eu' });
  });

  it('has a flag, its line of the help, a variable and an option', () => {
    expect(fieldFlags(six)).toHaveProperty('region', { type: 'string' });
    expect(fieldHelp(six).split('\n')).toEqual([...fieldHelp().split('\n'), '  --region NAME (TRIGGER_REGION)']);
    const env = { TRIGGER_REGION: 'us' };
    const given = (flags: Record<string, string>) =>
      givenFields({ apiKey: keys.prod, env, given: flagOf(flags) }, six)['region'];
    expect([given({ region: 'eu' }), given({})]).toEqual(['eu', 'us']);
    expect(optionNames(six)).toEqual([...optionNames(), 'regionName']);
    expect(stateOf(env, variablesOf(six))).not.toBe(stateOf({}, variablesOf(six)));
  });

  it('stands in the form and in its JSON Schema', () => {
    const form = fieldsOfForm(provider, six);
    expect(form.map(({ name }) => name)).toEqual([...connectForm.fields.map(({ name }) => name), 'region']);
    expect(form.at(-1)).toMatchObject({ title: 'Region', secret: false, optional: true });
    expect(connectFormSchema({ fields: form, rules: [] }, six)).toMatchObject({
      properties: { region: { title: 'Region', maxLength: 16 }, triggerRegion: { maxLength: 16 } },
    });
  });
});
