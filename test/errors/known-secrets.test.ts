import { describe, expect, it } from 'vitest';
import { keepSecret, redact, Secret } from '../../src/errors/index.js';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Another one for each number, without a pattern. */
function randomOf(number: number): string {
  let state = number * 2_654_435_761 + 1;
  return Array.from({ length: 24 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return letters[(state >>> 16) % letters.length];
  }).join('');
}

describe('secrets that are known', () => {
  it('are those of the last thousand and more, and whichever is used again', () => {
    const secrets = Array.from({ length: 5_000 }, (_, index) => new Secret(['tr', 'prod', randomOf(index)].join('_')));
    const isMasked = (index: number) => redact(`x ${randomOf(index)} y`) === 'x [redacted] y';
    expect([4_999, 4_500, 4_000].map(isMasked)).toEqual([true, true, true]);
    // So that a process which meets ever new ones stays small.
    expect(isMasked(0)).toBe(false);
    secrets[0]?.reveal();
    expect([isMasked(0), isMasked(4_999)]).toEqual([true, true]);
  });

  it.each([
    ['a short one', 'short'],
    ['nothing', ''],
  ])('are not %s', (_, value) => {
    keepSecret(value);
    expect(redact('a short text')).toBe('a short text');
  });

  it('are told from each other: a text of pieces that are all too short stays', () => {
    const [one, other] = [randomOf(7_001), randomOf(7_002)];
    keepSecret(one);
    keepSecret(other);
    const text = `${one.slice(0, 11)} ${other.slice(0, 11)} ${one.slice(13)}`;
    expect(redact(text)).toBe(text);
    expect(redact(`${one}${other}`)).toMatch(/^(?:\[redacted\])+$/);
  });

  it('are held to their case, so that a project ref in their letters is none', () => {
    const random = randomOf(7_003);
    keepSecret(random);
    expect(redact(`proj_${random.toLowerCase()}`)).toBe(`proj_${random.toLowerCase()}`);
  });
});
