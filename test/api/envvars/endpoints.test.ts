import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactedValue } from '../../../src/api/index.js';
import { build, connections } from '../../gate/connections.js';
import { type Bad, badSegments, oddSegments, refuses, takes } from '../schema/input-cases.js';

const badNames: readonly unknown[] = [
  ...['', 'A B', '1A', 'A=B', '..', 'A-B', 'A.B', 'ä', ' A', 'A ', 'A\n', 'A\u0000', '$A', 'x'.repeat(10_240)],
  ...[7, null, {}, []],
];
const goodNames = ['A', '_', 'a1', 'DATABASE_URL', '_A_1', 'X'.repeat(256)];

const badValues: readonly Bad[] = [
  [redactedValue, 'value', 'redacted_value_round_trip'],
  ['a\u0000b', 'value'],
  [7, 'value'],
  [null, 'value'],
  [undefined, 'value'],
  [{}, 'value'],
];
// Nothing else is changed or refused: not lines, not what only looks like a mask.
const goodValues = ['a\nb\r\n', '\ud83d\ude00', `${redactedValue} `, '<REDACTED>', '"quoted"', 'x'.repeat(1_000_000)];

describe('the name of a new variable', () => {
  refuses(
    'envvars.create',
    badNames.map((name): Bad => [{ name, value: 'x' }, 'name']),
  );
  refuses('envvars.upload', [
    ...badNames
      .filter((name) => typeof name === 'string')
      .map((name): Bad => [{ variables: { GOOD: 'x', [name]: 'x' } }, 'variables']),
    ...[{}, [], null, 'A=x', 7, undefined].map((variables): Bad => [{ variables }, 'variables']),
  ]);
  takes(
    'envvars.create',
    goodNames.map((name) => [name.slice(0, 20), { name, value: 'x' }, { body: JSON.stringify({ name, value: 'x' }) }]),
  );
});

describe('the name of a variable that exists', () => {
  // It may have any name that was once allowed, as one segment of the path.
  const tooLong = 'x'.repeat(1_025);
  refuses(
    'envvars.retrieve',
    [...badSegments, tooLong].map((name): Bad => [{ name }, 'name']),
  );
  refuses(
    'envvars.update',
    [...badSegments, tooLong].map((name): Bad => [{ name, value: 'x' }, 'name']),
  );
  refuses(
    'envvars.del',
    [...badSegments, tooLong].map((name): Bad => [{ name }, 'name']),
  );
  takes(
    'envvars.del',
    oddSegments.map(([name, segment]) => [
      name,
      { name },
      { path: `/api/v1/projects/proj_abcdefghij/envvars/prod/${segment}` },
    ]),
  );
});

describe('the value of a variable', () => {
  refuses(
    'envvars.create',
    badValues.map(([value, path, code]): Bad => [{ name: 'A', value }, path, code]),
  );
  refuses(
    'envvars.update',
    badValues.map(([value, path, code]): Bad => [{ name: 'A', value }, path, code]),
  );
  refuses(
    'envvars.upload',
    badValues.map(([value, , code]): Bad => [{ variables: { A: 'x', B: value } }, 'variables.B', code]),
  );

  it.each(goodValues.map((value) => [JSON.stringify(value).slice(0, 30), value]))('may be %s', (_, value) => {
    const body = (name: 'envvars.create' | 'envvars.update' | 'envvars.upload', input: unknown): unknown =>
      JSON.parse(build(connections.pat, name, input).body ?? '');
    expect(body('envvars.create', { name: 'A', value })).toEqual({ name: 'A', value });
    expect(body('envvars.update', { name: 'A', value })).toEqual({ value });
    expect(body('envvars.upload', { variables: { A: value } })).toEqual({ variables: { A: value }, override: false });
  });

  // The server stores a blank value here, where its create and import drop it.
  takes('envvars.update', [['a blank one', { name: 'A', value: '' }, { body: '{"value":""}' }]]);

  it('is what was given, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
        fc.pre(value !== redactedValue && !value.includes('\u0000'));
        const { body = '' } = build(connections.root, 'envvars.update', { name: 'A', value });
        expect(JSON.parse(body)).toEqual({ value });
      }),
    );
  });
});

describe('what else is said of variables', () => {
  refuses('envvars.create', [
    [{ name: 'A', value: 'x', isSecret: 'yes' }, 'isSecret'],
    [{ name: 'A', value: 'x', override: 1 }, 'override'],
  ]);
  refuses('envvars.upload', [
    [{ variables: { A: 'x' }, override: 'true' }, 'override'],
    [{ variables: { A: 'x' }, isSecret: null }, 'isSecret'],
  ]);
  // An update changes the value alone.
  refuses('envvars.update', [[{ name: 'A', value: 'x', isSecret: true }, '']]);
  takes('envvars.upload', [
    [
      'override and secret',
      { variables: { A: 'x' }, override: true, isSecret: false },
      { body: '{"variables":{"A":"x"},"override":true,"isSecret":false}' },
    ],
  ]);
});
