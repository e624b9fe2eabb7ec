import { describe, expect, it } from 'vitest';
import { createVariable, redactedValue, uploadVariables } from '../../../src/api/index.js';
import { ConnectorError } from '../../../src/errors/index.js';
import { rejectionOf, scriptedAsk } from '../../gate/scripted-ask.js';

const success = { success: true };
const script = { 'envvars.create': [success], 'envvars.upload': [success] };
const reserved = ['TRIGGER_SECRET_KEY', 'TRIGGER_API_URL'];

const warning = (field: string) => ({
  code: 'reserved_name',
  field,
  message: `${field} was not stored: Trigger.dev sets it itself.`,
});

describe('a variable', () => {
  // The server's own create overwrites without being asked; its import says what is there.
  it.each([{}, { override: false }, { override: undefined }])(
    'is created by an import of one with %j',
    async (more) => {
      const { ask, asked } = scriptedAsk(script);
      const input = { name: 'A', value: 'x', isSecret: true, environment: 'prod', ...more };
      await expect(createVariable(ask, input as never)).resolves.toEqual({ ...success, warnings: [] });
      expect(asked).toEqual([
        {
          name: 'envvars.upload',
          input: { variables: { A: 'x' }, override: false, isSecret: true, environment: 'prod' },
        },
      ]);
    },
  );

  it('overwrites when that was asked', async () => {
    const { ask, asked } = scriptedAsk(script);
    const input = { name: 'A', value: 'x', override: true };
    await expect(createVariable(ask, input)).resolves.toEqual({ ...success, warnings: [] });
    expect(asked).toEqual([{ name: 'envvars.create', input }]);
  });

  it('that exists is an error', async () => {
    const { ask, asked } = scriptedAsk({ 'envvars.upload': [new ConnectorError('conflict')] });
    const error = await rejectionOf(() => createVariable(ask, { name: 'A', value: 'x' }));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(asked).toHaveLength(1);
  });

  it.each(reserved.flatMap((name) => [false, true].map((override) => [name, override] as const)))(
    'called %s is refused, override %j',
    async (name, override) => {
      const { ask, asked } = scriptedAsk(script);
      const error = await rejectionOf(() => createVariable(ask, { name, value: 'x', override }));
      expect(error).toMatchObject({ code: 'reserved_name', endpoint: 'envvars.create', path: 'name' });
      expect((error as Error).message).toContain(name);
      expect(asked).toEqual([]);
    },
  );

  // The server tells letters apart, and keeps what only begins so.
  it.each(['trigger_secret_key', 'TRIGGER_SECRET_KEY_2', 'MY_TRIGGER_API_URL', 'TRIGGER_PROJECT_REF'])(
    'called %s is stored',
    async (name) => {
      const { ask, asked } = scriptedAsk(script);
      await expect(createVariable(ask, { name, value: 'x' })).resolves.toEqual({ ...success, warnings: [] });
      expect(asked).toHaveLength(1);
    },
  );

  it.each([
    [{ name: 'A B', value: 'x' }, 'name', 'input_invalid'],
    [{ name: '__proto__', value: 'x', nope: 1 }, undefined, 'input_invalid'],
    [{ name: 'A', value: redactedValue }, 'value', 'redacted_value_round_trip'],
    [{ name: 'A', value: redactedValue, override: true }, 'value', 'redacted_value_round_trip'],
    [{ name: 'A', value: 7 }, 'value', 'input_invalid'],
    [undefined, 'name', 'input_invalid'],
  ] as const)('of %j sends nothing', async (input, path, code) => {
    const { ask, asked } = scriptedAsk(script);
    const error = await rejectionOf(() => createVariable(ask, input as never));
    expect(error).toMatchObject({ code, endpoint: 'envvars.create', ...(path !== undefined && { path }) });
    expect(asked).toEqual([]);
  });
});

describe('many variables', () => {
  it.each([undefined, false, true])('travel as they are, override %j', async (override) => {
    const { ask, asked } = scriptedAsk(script);
    const input = { variables: { A: 'x', B: 'y' }, ...(override !== undefined && { override }), isSecret: false };
    await expect(uploadVariables(ask, input)).resolves.toEqual({ ...success, warnings: [] });
    expect(asked).toEqual([{ name: 'envvars.upload', input }]);
  });

  it('are written but for reserved names, one warning each', async () => {
    const { ask, asked } = scriptedAsk(script);
    const variables = { TRIGGER_API_URL: 'x', A: 'y', TRIGGER_SECRET_KEY: 'z' };
    const { warnings } = await uploadVariables(ask, { variables });
    expect(warnings).toEqual(
      Object.keys(variables)
        .filter((name) => name !== 'A')
        .map(warning),
    );
    expect(asked).toHaveLength(1);
  });

  it('are refused where all names are reserved', async () => {
    const { ask, asked } = scriptedAsk(script);
    const variables = Object.fromEntries(reserved.map((name) => [name, 'x']));
    const error = await rejectionOf(() => uploadVariables(ask, { variables }));
    expect(error).toMatchObject({ code: 'reserved_name', endpoint: 'envvars.upload' });
    expect((error as Error).message).toContain(reserved.join(' and '));
    expect(asked).toEqual([]);
  });

  it.each([
    [{ variables: {} }, 'variables', 'input_invalid'],
    [{ variables: { A: 'x', '1B': 'x' } }, 'variables.1B', 'input_invalid'],
    [{ variables: { A: 'x', B: redactedValue } }, 'variables.B', 'redacted_value_round_trip'],
    [{ variables: { TRIGGER_API_URL: redactedValue } }, 'variables.TRIGGER_API_URL', 'redacted_value_round_trip'],
    [undefined, 'variables', 'input_invalid'],
  ] as const)('of %j send nothing', async (input, path, code) => {
    const { ask, asked } = scriptedAsk(script);
    const error = await rejectionOf(() => uploadVariables(ask, input as never));
    expect(error).toMatchObject({ code, endpoint: 'envvars.upload', path });
    expect(asked).toEqual([]);
  });

  it.each(['', ' \n'])('warn of the blank value %j, which the server would pass over without a word', async (blank) => {
    const { ask } = scriptedAsk(script);
    const { warnings } = await uploadVariables(ask, { variables: { A: blank, B: 'x' } });
    expect(warnings).toEqual([expect.objectContaining({ code: 'input_invalid', field: 'A' })]);
  });

  it('are refused with a name that JavaScript itself would swallow', async () => {
    const { ask, asked } = scriptedAsk(script);
    const variables = JSON.parse('{"__proto__": "x", "B": "x"}') as Record<string, string>;
    expect(await rejectionOf(() => uploadVariables(ask, { variables }))).toMatchObject({ code: 'reserved_name' });
    expect(asked).toEqual([]);
  });

  it('are an error where one exists', async () => {
    const { ask } = scriptedAsk({ 'envvars.upload': [new ConnectorError('conflict')] });
    const error = await rejectionOf(() => uploadVariables(ask, { variables: { A: 'x', TRIGGER_API_URL: 'x' } }));
    expect(error).toMatchObject({ code: 'conflict' });
  });
});
