import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FormValues, formState } from '../../src/connect/form-model.js';
import { connectForm, connectionSchema, parseConnection } from '../../src/connection/index.js';
import { connectFormSchema } from '../../src/generate/form-schema.js';
import { backtracking } from '../setup/backtracking.js';
import { INVALID, VALID } from './cases.js';
import { anyValues, type CorpusValues, hostValues, nearlyValidValues, validValues } from './corpus.js';

const schema = connectFormSchema();
// Strict: a keyword or a format that only some validators know would throw here.
const validate = new Ajv({ strict: true, allErrors: true, logger: false }).compile(schema);

const fieldNames = new Set<string>(connectForm.fields.map(({ name }) => name));

/** What inputs can hold: text under the names of the form. */
const isTyped = (values: object): values is FormValues =>
  Object.entries(values).every(([name, value]) => typeof value === 'string' && fieldNames.has(name));

function verdicts(values: unknown) {
  return {
    parse: parseConnection(values).ok,
    zod: connectionSchema.safeParse(values).success,
    jsonSchema: validate(values),
    ...(typeof values === 'object' && values !== null && isTyped(values) && { form: formState(values).canSubmit }),
  };
}

function expectOne(values: unknown): boolean {
  const found = verdicts(values);
  const agreed = Object.fromEntries(Object.keys(found).map((name) => [name, found.parse]));
  // The values go into the message: a property test prints its smallest counterexample.
  expect([values, found]).toEqual([values, agreed]);
  return found.parse;
}

function accepted(arbitrary: fc.Arbitrary<CorpusValues>, numRuns: number): number {
  let count = 0;
  fc.assert(
    fc.property(arbitrary, (values) => {
      count += expectOne(values) ? 1 : 0;
    }),
    { numRuns },
  );
  return count;
}

describe('zod, JSON Schema and the form model', () => {
  it('say the same of 10,000 generated forms', () => {
    expect(accepted(validValues, 2_000)).toBe(2_000);
    // Otherwise the property would say nothing of one of the verdicts.
    for (const [values, runs] of [
      [nearlyValidValues, 4_000],
      [anyValues, 2_000],
      [hostValues, 2_000],
    ] as const) {
      const count = accepted(values, runs);
      expect(count).toBeGreaterThan(runs / 50);
      expect(count).toBeLessThan(runs * 0.8);
    }
  }, 120_000);

  // The schema's comment says so: international names are for parseConnection alone.
  const isInternational = (values: object) => /[^\0-\u007f]/.test(String(Reflect.get(values, 'baseUrl') ?? ''));

  it.each(VALID.filter(({ policy, values }) => policy === undefined && !isInternational(values)))(
    'accept $title',
    ({ values }) => {
      expect(expectOne(values)).toBe(true);
    },
  );

  it.each(INVALID.filter(({ policy }) => policy === undefined))('refuse $title', ({ values }) => {
    expect(expectOne(values)).toBe(false);
  });

  it.each(['münchen.example', 'xn--mnchen-3ya.example', '[2606:4700::1111]', '%61pi.trigger.dev'])(
    'differ over %s, as the comment of the schema says',
    (baseUrl) => {
      const values = { apiKey: VALID[0]?.values['apiKey'], baseUrl };
      expect(verdicts(values)).toMatchObject({ parse: true, zod: true, jsonSchema: false, form: true });
      expect(schema['$comment']).toContain('refused here; parseConnection reads them');
    },
  );
});

function patternsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
}

describe('patterns', () => {
  const ofRules = connectForm.rules.flatMap(({ must, when }) => [...when, must]);
  const patterns = new Set([
    ...patternsIn(schema),
    ...patternsIn(connectForm.fields),
    ...ofRules.flatMap((test) => ('matches' in test ? [test.matches] : [])),
  ]);

  it('are those of the schema, the fields and the rules', () => {
    expect(patterns.size).toBeGreaterThan(50);
  });

  it.each([...patterns])(
    '%s cannot be made to backtrack',
    (pattern) => {
      expect(backtracking(pattern, 'u')).toBe('safe');
    },
    120_000,
  );
});
