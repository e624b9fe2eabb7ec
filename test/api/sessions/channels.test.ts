import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Length } from '../../../src/connection/index.js';
import { build, connections } from '../../gate/connections.js';
import { type Bad, badSegments, oddSegments, refuses, takes } from '../schema/input-cases.js';

const names = ['sessions.append', 'sessions.records', 'sessions.subscribe'] as const;
const where = { session: 'chat-42', channel: 'in' };
const suffixes = { 'sessions.append': '/append', 'sessions.records': '/records', 'sessions.subscribe': '' };

describe.each(names)('the channel of %s', (name) => {
  const more = name === 'sessions.append' ? { data: 'x' } : {};

  refuses(name, [
    ...badSegments.map((session): Bad => [{ ...where, ...more, session }, 'session']),
    ...['IN', 'inout', '', '..', 7, null, undefined].map((channel): Bad => [{ ...where, ...more, channel }, 'channel']),
    [{ ...where, ...more, nope: 1 }, ''],
  ]);
  takes(
    name,
    oddSegments.map(([session, segment]) => [
      session,
      { ...where, ...more, session },
      { path: `/realtime/v1/sessions/${segment}/in${suffixes[name]}` },
    ]),
  );
});

describe('sessions.append', () => {
  const append = (more: object) => ({ ...where, data: 'x', ...more });
  const megabyte = 1_048_576;

  refuses('sessions.append', [
    ...[7, null, undefined, {}, []].map((data): Bad => [append({ data }), 'data']),
    [append({ data: 'x'.repeat(megabyte + 1) }), 'data'],
    // The limit is one of bytes.
    [append({ data: `${'ü'.repeat(megabyte / 2)}x` }), 'data', 'payload_too_large'],
    [append({ data: `${'😀'.repeat(megabyte / 4)}x` }), 'data', 'payload_too_large'],
    // It becomes a header.
    ...['', ' ', 'a b', 'ü', 'a\r\nx: y', 'a\u0000', '\u007f', 'x'.repeat(257), 7, null].map(
      (partId): Bad => [append({ partId }), 'partId'],
    ),
  ]);
  takes('sessions.append', [
    ['a mebibyte', append({ data: 'x'.repeat(megabyte) }), {}],
    ['a mebibyte of two bytes each', append({ data: 'ü'.repeat(megabyte / 2) }), {}],
    ['a mebibyte of four bytes each', append({ data: '😀'.repeat(megabyte / 4) }), {}],
    ['text that is no JSON, as it is', append({ data: '{"a": ü\n' }), { body: '{"a": ü\n' }],
    ['every character of a part id', append({ partId: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' }), {}],
  ]);

  it('knows no key but the part id', () => {
    const { headers } = build(connections.root, 'sessions.append', append({}));
    expect(headers).toEqual({
      accept: 'application/json',
      'content-type': 'text/plain',
      'x-trigger-api-version': '2025-07-16',
    });
  });
});

describe('sessions.records', () => {
  refuses(
    'sessions.records',
    [-1, 1.5, '0', Number.NaN, 2 ** 53, null].map((afterEventId): Bad => [{ ...where, afterEventId }, 'afterEventId']),
  );
  takes('sessions.records', [
    ['the beginning', where, { query: {} }],
    ['all after the first', { ...where, afterEventId: 0 }, { query: { afterEventId: '0' } }],
  ]);
});

describe('sessions.subscribe', () => {
  refuses('sessions.subscribe', [
    ...['', 'a', '0,1,0\r\nx: y', '1'.repeat(65), 7, null].map(
      (lastEventId): Bad => [{ ...where, lastEventId }, 'lastEventId'],
    ),
    ...[0, -1, 601, 1.5, '60', Number.NaN].map(
      (seconds): Bad => [{ ...where, timeoutInSeconds: seconds }, 'timeoutInSeconds'],
    ),
  ]);
});

describe('the length of text in bytes', () => {
  const pieces = fc.constantFrom('a', 'é', '߿', 'ࠀ', '€', '￿', '😀', '\u007f', '\u0080', '\u0000');
  const wellFormed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.array(pieces).map((all) => all.join('')),
  );

  it('is what it takes as UTF-8', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is right for every character alone', () => {
    const wrong = Array.from({ length: 0x11_0000 }, (_, point) => point)
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .filter((point) => utf8Length(String.fromCodePoint(point)) !== utf8Bytes(point));
    expect(wrong).toEqual([]);
  });

  // Half of a pair is sent as the replacement character, three bytes.
  it('is right for half of a character pair', () => {
    expect(utf8Length('\ud800')).toBe(Buffer.byteLength('\ud800'));
  });
});

/** RFC 3629, section 3. */
const utf8Bytes = (point: number) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4);
