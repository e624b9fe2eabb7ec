import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/host/log.js';
import { shown } from '../../src/host/shown.js';
import { hiddenRanges } from './hidden-ranges.js';

describe('shown', () => {
  it.each(hiddenRanges)('writes %s as JSON does', (_, from, to) => {
    for (let code = from; code <= to; code += 1) {
      const sign = String.fromCodePoint(code);
      const text = shown(`a${sign}b`);
      expect(text).toMatch(/^a(?:\\u[0-9a-f]{4}){1,2}b$/);
      expect(JSON.parse(`"${text}"`)).toBe(`a${sign}b`);
    }
  });

  it.each([
    ['\u001b[31mred', '\\u001b[31mred'],
    ['\u009b2J', '\\u009b2J'],
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['one\r\ntwo\tthree', 'one\\u000d\\u000atwo\\u0009three'],
    ['abc\u202edcba', 'abc\\u202edcba'],
    ['a\u{e0041}b', 'a\\udb40\\udc41b'],
  ])('shows %j as %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    '',
    'plain text, 100 % "quoted" \\ and /',
    'Größe · ключ · 鍵 · مفتاح · מפתח',
    'میخواهم\u200cبروم',
    '👩\u200d👩\u200d👧 ❤️ 🏳️\u200d🌈',
    'a\u00a0b\u2009c',
    '█░✓',
  ])('leaves %j as it is', (text) => {
    expect(shown(text)).toBe(text);
  });

  it('makes of any JSON the same JSON, which shows everything', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = shown(JSON.stringify(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
      }),
    );
  });
});

describe('a log', () => {
  const hostile = 'x\u001b[2J\u009b1m\u202e\u2028\n09:08:07 info  forged';
  const written: string[] = [];
  const now = () => Date.parse('2026-11-10T09:08:07Z');

  it('shows what a terminal would obey, in one line to be read', () => {
    createLog('pretty', (line) => written.push(line), now)('warn', 'sync.failed', { message: hostile });
    expect(written.splice(0)).toEqual([
      '09:08:07 warn  sync.failed message="x\\u001b[2J\\u009b1m\\u202e\\u2028\\n09:08:07 info  forged"\n',
    ]);
  });

  it('keeps the value in JSON', () => {
    createLog('json', (line) => written.push(line), now)('warn', 'sync.failed', { message: hostile });
    const [line = ''] = written.splice(0);
    expect(line).toMatch(/^[ -~]*\n$/);
    expect(JSON.parse(line)).toMatchObject({ message: hostile });
  });
});
