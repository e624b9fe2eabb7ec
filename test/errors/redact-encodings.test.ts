import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, Secret } from '../../src/errors/index.js';
import { anyKey, blocks, escapes, pieceIn, splits } from './written.js';

/** Not of one letter pattern, and the same in every process. */
const random = Array.from({ length: 24 }, (_, index) => 'Kq7Rz2Wm9Xb4Tc'[(index * 5 + (index >> 2)) % 14]).join('');
const key = ['tr', 'prod', random].join('_');
new Secret(key).reveal();

const cases = Object.keys(blocks).flatMap((block) =>
  Object.keys(splits).flatMap((split) => Object.keys(escapes).map((spelling) => [block, split, spelling] as const)),
);
const surroundings = ['', 'x', 'ab'];

/** In each of the three alignments of base64. */
const written = ([block, split, spelling]: readonly [string, string, string], text: string) =>
  surroundings.map((before) => {
    const inBlock = blocks[block]?.(`${before}${text} and`) ?? '';
    const inLines = splits[split]?.(7)(inBlock) ?? '';
    return `The server says: ${escapes[spelling]?.(inLines)}.`;
  });

describe('redact, of a key that is known', () => {
  it('is tried with texts that show the key', () => {
    const hidden = cases.filter((one) => written(one, key).some((text) => pieceIn(text, random) === undefined));
    expect(hidden).toEqual([]);
  });

  it.each(cases)('masks it as %s, split %s, escaped %s', (...one) => {
    for (const text of written(one, key)) {
      const clean = redact(text);
      expect(clean).toContain('[redacted]');
      expect(pieceIn(clean, random), clean).toBeUndefined();
      expect(clean).toMatch(/^The server says: /);
    }
  });

  it.each([
    '<br>',
    '<br/>',
    '<BR class="x">'.toLowerCase(),
    '<wbr>',
    '\u001b[31m',
    '\u001b[0;1m',
    String.raw`\u001b[31m`,
  ])('masks it where %j stands within', (sign) => {
    const parts = random.match(/.{1,7}/g) ?? [];
    const clean = redact(`The server says: ${parts.join(sign)}.`);
    expect(clean).toContain('[redacted]');
    expect(parts.filter((part) => clean.includes(part))).toEqual([]);
  });

  it.each(cases)('masks twelve characters of it as %s, split %s, escaped %s', (...one) => {
    for (const text of written(one, random.slice(7, 19))) {
      expect(pieceIn(redact(text), random)).toBeUndefined();
    }
  });

  it('masks it as escaped twice, in whatever order', () => {
    for (const [inner, first] of Object.entries(escapes)) {
      for (const [outer, second] of Object.entries(escapes)) {
        expect(pieceIn(redact(second(first(`x ${key}`))), random), `${inner}, ${outer}`).toBeUndefined();
      }
    }
  });

  it('never lets twelve characters in a row of any key through', () => {
    fc.assert(
      fc.property(
        anyKey,
        fc.constantFrom(...Object.values(blocks)),
        fc.constantFrom(...Object.values(splits)),
        fc.nat(30),
        fc.array(fc.constantFrom(...Object.values(escapes)), { maxLength: 2 }),
        fc.string({ maxLength: 12 }),
        fc.string({ maxLength: 12 }),
        fc.nat(20),
        (secret, block, split, length, escaped, before, after, cut) => {
          new Secret(secret.value).reveal();
          const inLines = split(length + 1)(block(`${before}${secret.value.slice(cut)}${after}`));
          const text = escaped.reduce((inner, spell) => spell(inner), inLines);
          expect(pieceIn(redact(`${before} ${text} ${after}`), secret.random)).toBeUndefined();
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('redact, of what is no key', () => {
  it.each([
    ['the family alone', 'Keys of tr_prod_ and tr_pat_ are refused; tr_prod_sk_ is one too.'],
    ['eleven characters of a key', random.slice(3, 14)],
    ['its last four characters', `tr_prod_…${random.slice(-4)}`],
    ['its characters in another order', [...random].reverse().join('')],
    ['the id of a run', 'run_cmhx2k9e0000a08jrb3xq1z5v was not found'],
    ['a project ref', 'proj_abcdefghijklmnopqrst'],
    ['a SHA-256', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['a UUID', '123e4567-e89b-42d3-a456-426614174000'],
    ['base64 of something else', Buffer.from('nothing to be seen in here, move along').toString('base64')],
    ['base64 of the family', Buffer.from('a key starts with tr_prod_').toString('base64')],
    ['hex of the family', Buffer.from('tr_prod_').toString('hex')],
    ['a data URL', 'data:text/plain,%20%0A%41%5fx'],
    ['escapes', String.raw`C:\new\table\u0041 &amp; &lt;b&gt; 100% %2541 &#65;`],
    ['lines', 'one\ntwo\r\n three\n> four'],
    ['other letters', 'Größe: 5 µs · ключ · 鍵 · 👩‍👩‍👧'],
    ['nothing', ''],
  ])('leaves %s as it is', (_, text) => {
    expect(redact(text)).toBe(text);
  });

  it('leaves any text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/[tp][rk]_|eyJ|[prs]k_/.test(text));
        expect(redact(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});
