import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionFromNango, connectionSchema, parseConnection } from '../../src/connection/index.js';
import { INVALID, keys, VALID } from './cases.js';

const everything = (value: unknown) =>
  [inspect(value, { showHidden: true, depth: null, getters: true }), JSON.stringify(value)].join('\n');

const someKeys = fc.constantFrom(...Object.values(keys));
const fieldNames = ['apiKey', 'projectRef', 'environment', 'baseUrl', 'previewBranch', 'triggerBranch'];
const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...fieldNames) },
  fc.string({ maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
);

/** A text around a key, as it might be pasted: alone, with something beside it, or encoded. */
const aroundKey = (key: string) =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom('', 'https://', 'a.', 'xn--a.', 'x', 'proj_', 'refs/', 'Bearer '), fc.string()),
      fc.oneof(fc.constantFrom('', '.com', '.xn--80ak6aa92e.com', '/x', ':443'), fc.string()),
      fc.constantFrom<(text: string) => string>((text) => text, encodeURIComponent, JSON.stringify),
    )
    .map(([before, after, form]) => `${before}${form(key)}${after}`);

const valuesAround = (key: string) =>
  fc
    .tuple(
      fc.dictionary(
        names,
        fc.oneof(aroundKey(key), fc.string(), fc.constantFrom(...Object.values(keys)), fc.anything()),
        { maxKeys: 5 },
      ),
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, fc.dictionary(aroundKey(key), fc.anything(), { maxKeys: 1 })),
      fc.constantFrom({}, { apiKey: key }, { apiKey: key, projectRef: 'proj_a', environment: 'prod' }),
    )
    .map(([fields, odd, base]) => ({ ...base, ...odd, ...fields }));

const policies = fc.record(
  { allowPrivateHosts: fc.boolean(), allowHttp: fc.boolean(), allowUnknownKey: fc.boolean() },
  { requiredKeys: [] },
);

describe('a key never shows', () => {
  it('whatever it is embedded in, names of fields included', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        someKeys.chain((key) => fc.tuple(fc.constant(key), valuesAround(key), policies)),
        ([key, values, policy]) => {
          const parsed = parseConnection(values, policy);
          accepted += parsed.ok ? 1 : 0;
          expect(everything(parsed)).not.toContain(key);
        },
      ),
      { numRuns: 10_000 },
    );
    // Otherwise the property says nothing of what is accepted.
    expect(accepted).toBeGreaterThan(200);
  });

  it.each([...VALID, ...INVALID])('with $title', ({ values, policy }) => {
    const parsed = parseConnection(values, policy);
    const schema = connectionSchema.safeParse(values);
    for (const key of Object.values(keys)) {
      expect(everything(parsed)).not.toContain(key);
      expect(everything(schema)).not.toContain(key);
      expect(String(schema.error?.stack)).not.toContain(key);
    }
  });

  it('in the error of a Nango connection', () => {
    const key = keys.pat;
    const thrown = (config: Record<string, unknown>) => {
      try {
        return connectionFromNango({ credentials: { apiKey: key }, connection_config: config });
      } catch (error) {
        return error;
      }
    };
    const places: Record<string, unknown>[] = [
      { projectRef: key },
      { environment: key },
      { baseUrl: key },
      { baseUrl: `${key}.example.com` },
      { triggerBranch: key },
      { previewBranch: `x/${key}` },
    ];
    for (const config of places) {
      expect(thrown(config)).toMatchObject({ name: 'ConnectorError' });
      expect(everything(thrown(config))).not.toContain(key);
    }
  });
});

describe('parseConnection is total', () => {
  it('over anything that is not made to throw', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true, withDate: true }),
        (values) => {
          const parsed = parseConnection(values);
          expect(parsed.ok).toBe(false);
          expect(parsed.ok ? [] : parsed.issues).not.toEqual([]);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
