import fc from 'fast-check';
import { expect, it } from 'vitest';
import { grouped } from '../../src/host/grouped.js';

it('writes whole numbers as toLocaleString does', () => {
  for (const value of [0, 7, 999, 1_000, 12_345, 999_999, 1_000_000, Number.MAX_SAFE_INTEGER]) {
    expect(grouped(value)).toBe(value.toLocaleString('en'));
  }
  fc.assert(fc.property(fc.maxSafeNat(), (value) => grouped(value) === value.toLocaleString('en')));
});
