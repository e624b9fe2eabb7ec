import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { endpointNames, endpoints } from '../../src/api/index.js';
import { apiObject } from '../../src/gate/api-object.js';
import { checkOf, wrongPath } from '../../src/gate/plain-check.js';

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  unknown: fc.jsonValue(),
};

/** Values that a schema takes, with fields that it does not know. */
function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { element, innerType, shape, type } = schema._zod.def as unknown as Definition;
  switch (type) {
    case 'object': {
      const fields = Object.fromEntries(Object.entries(shape ?? {}).map(([name, field]) => [name, valuesOf(field)]));
      const extra = fc.dictionary(fc.constantFrom('extra', '__proto__', 'constructor'), fc.jsonValue(), { maxKeys: 1 });
      return fc.tuple(fc.record(fields), extra).map(([known, more]) => ({ ...more, ...known }));
    }
    case 'array':
      return fc.array(valuesOf(element as z.ZodType), { maxLength: 3 });
    case 'optional':
      return fc.option(valuesOf(innerType as z.ZodType), { nil: undefined });
    case 'nullable':
      return fc.option(valuesOf(innerType as z.ZodType));
    default:
      return scalars[type] ?? fc.constant(undefined);
  }
}

/** The same with something else in one place, counted in the order of its leaves. */
function spoilt(value: unknown, place: number, by: unknown): unknown {
  const text = JSON.stringify(value);
  let leaves = 0;
  const isLeaf = (part: unknown) => typeof part !== 'object' || part === null || Object.keys(part).length === 0;
  const walk = (visit: (part: unknown) => unknown) =>
    JSON.parse(text, (_, part: unknown) => (isLeaf(part) ? visit(part) : part)) as unknown;
  walk((part) => {
    leaves += 1;
    return part;
  });
  let at = place % Math.max(1, leaves);
  return walk((part) => {
    at -= 1;
    return at === -1 ? by : part;
  });
}

const verdict = (schema: z.ZodType, value: unknown) => {
  const parsed = schema.safeParse(value);
  return parsed.success && isDeepStrictEqual(parsed.data, value);
};

const checked = endpointNames.filter((name) => checkOf(endpoints[name].output()) !== undefined);

describe('a check without zod', () => {
  it('is there for all outputs but those that zod changes', () => {
    expect(endpointNames.filter((name) => !checked.includes(name))).toEqual([
      'envvars.list',
      'envvars.retrieve',
      'tokens.claims',
      'tokens.create',
      'whoami',
    ]);
  });

  it.each(checked)('%s: says yes where zod gives back what it was given, and only there', (name) => {
    const schema = endpoints[name].output();
    const check = checkOf(schema);
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(valuesOf(schema), fc.option(fc.nat()), fc.jsonValue({ maxDepth: 1 }), (value, place, by) => {
        const answer = place === null ? (JSON.parse(JSON.stringify(value)) as unknown) : spoilt(value, place, by);
        const expected = verdict(schema, answer);
        seen[expected ? 'yes' : 'no'] += 1;
        expect(check?.(answer)).toBe(expected);
        const path = wrongPath(schema, answer);
        const error = schema.safeParse(answer).error;
        // Undefined leaves it to zod; otherwise it is where zod finds the first mistake.
        expect([error?.issues[0]?.path.join('.'), undefined]).toContain(path);
        expect(path === undefined && error !== undefined).toBe(false);
      }),
      { numRuns: 100 },
    );
    expect(seen.yes).toBeGreaterThan(0);
    // What a subscription gives is checked row by row.
    expect(seen.no > 0).toBe(schema._zod.def.type !== 'unknown');
  });

  it.each([
    ['a default', z.string().default('')],
    ['a finer rule', z.string().min(1)],
    ['an object that drops what it does not know', z.object({ id: z.string() })],
    ['a choice', z.enum(['a', 'b'])],
    ['an object with one of these inside', apiObject({ inner: z.string().optional().default('x') })],
    ['a list of these', z.array(z.string().trim())],
  ])('is not made for %s', (_, schema) => {
    expect(checkOf(schema)).toBeUndefined();
  });
});

describe('the place of what is wrong', () => {
  const list = (name: string) => endpoints[name as keyof typeof endpoints].output();

  it.each([
    ['runs.list', { data: Array.from({ length: 100_000 }, () => ({})), pagination: {} }, 'data.0.id'],
    ['runs.list', { data: [], pagination: { next: 7 } }, 'pagination.next'],
    ['schedules.timezones', { timezones: [...Array(300_000).fill('UTC'), 7] }, 'timezones.300000'],
    ['envvars.list', Array.from({ length: 100_000 }, () => ({})), '0.name'],
    ['envvars.list', [...Array.from({ length: 1_500 }, (_, n) => ({ name: `V${n}`, value: '' })), 7], '1500'],
  ])('of %s is found without looking at everything that is wrong', (name, value, path) => {
    const looked = vi.spyOn(list(name), 'safeParse');
    expect(wrongPath(list(name), value)).toBe(path);
    expect(looked).not.toHaveBeenCalled();
  });

  it.each([
    ['a short list that zod changes', 'envvars.list', [{}]],
    ['a field that zod leaves out', 'whoami', {}],
  ])('is left to zod for %s', (_, name, value) => {
    expect(wrongPath(list(name), value)).toBeUndefined();
  });
});
