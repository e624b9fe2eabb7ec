import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../src/connection/base-url.js';

const accepted: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  normalisation: [
    ['api.trigger.dev', 'https://api.trigger.dev'],
    ['https://api.trigger.dev', 'https://api.trigger.dev'],
    ['https://api.trigger.dev/', 'https://api.trigger.dev'],
    ['api.trigger.dev/', 'https://api.trigger.dev'],
    ['HTTPS://API.TRIGGER.DEV.', 'https://api.trigger.dev'],
    ['api.trigger.dev:443', 'https://api.trigger.dev'],
    ['https://api.trigger.dev.:443/', 'https://api.trigger.dev'],
    ['%61pi.trigger.dev', 'https://api.trigger.dev'],
    ['trigger.example.com:8443', 'https://trigger.example.com:8443'],
    ['8.8.8.8.', 'https://8.8.8.8'],
    ['api.trigger.dev:', 'https://api.trigger.dev'],
    ['trigger.example.com:08443', 'https://trigger.example.com:8443'],
    ['a_b.example', 'https://a_b.example'],
    ['[2606:4700:0::1111]', 'https://[2606:4700::1111]'],
    ['münchen.example', 'https://xn--mnchen-3ya.example'],
  ],
};

const malformed: Readonly<Record<string, readonly string[]>> = {
  'other schemes': [
    ...[
      'http://api.trigger.dev',
      'ftp://api.trigger.dev',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'ws://x.example',
    ],
    ...['data:text/plain,x', 'HTTP://api.trigger.dev', 'https:api.trigger.dev', 'htps://api.trigger.dev'],
  ],
  'surplus slashes': [
    ...['//api.trigger.dev', '/api.trigger.dev', 'https:///api.trigger.dev', 'https:////api.trigger.dev'],
    ...['https:/api.trigger.dev', 'https://\\api.trigger.dev', '\\\\api.trigger.dev', 'https:\\\\api.trigger.dev'],
  ],
  'user information': [
    ...[
      'https://user:pw@api.trigger.dev',
      'user@api.trigger.dev',
      'https://api.trigger.dev@evil.example',
      '@api.x.dev',
    ],
    ...['https://api.trigger.dev:443@evil.example', 'https://@evil.example', 'api.trigger.dev\\@evil.example'],
  ],
  'paths, queries, fragments': [
    ...[
      'api.trigger.dev/api',
      'https://api.trigger.dev//',
      'api.trigger.dev/..',
      'api.trigger.dev/.',
      'api.trigger.dev?',
    ],
    ...['api.trigger.dev?q=1', 'api.trigger.dev#', 'api.trigger.dev#f', 'https://evil.example/https://api.trigger.dev'],
    ...['api.trigger.dev\\x', 'api.trigger.dev/%2e%2e', 'api.trigger.dev/;x'],
  ],
  'IPv4 addresses not written in full': [
    '8.8.8.',
    '8.8',
    '8.8.8.0x',
    '007.8.8.8',
    '134744072',
    '0x8.0x8.0x8.0x8',
    '010.8.8.8',
    '８.８.８.８',
  ],
  ports: [
    'api.trigger.dev:0',
    'api.trigger.dev:99999',
    'api.trigger.dev:x',
    'api.trigger.dev:-1',
    '[2606:4700::1111]:port',
    '::1',
  ],
  characters: [
    ...[
      '',
      ' ',
      'api trigger.dev',
      'api\t.trigger.dev',
      'api.trigger\n.dev',
      'api.trigger.dev\r\nx: 1',
      'api.trigger.dev\u0000',
      'api.trigger.dev\u001f',
      'a\u0000b.dev',
    ],
    ...['api.trigger.dev\u2028', 'ex%ample.dev', 'ex^ample.dev', 'ex|ample.dev', '<script>', 'api.trigger.dev%2fx'],
  ],
  'hosts that are none': [
    ...['https://', '[::1', '1.2.3.4.5.6.7', '256.256.256.256', 'a..b.dev', 'api.trigger.dev..', '.x.dev'],
    ...['${x}.example', 'a"b.example', 'a*.example', "a'b.example"],
  ],
};

const blocked: Readonly<Record<string, readonly string[]>> = {
  'IPv4 in disguise': [
    ...[
      '2130706433',
      '0x7f.1',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      '127.0.1',
      '017700000001',
      '127.0.0.1.',
      '0',
      '0.0',
    ],
    ...['１２７.０.０.１', '127。0。0。1', '①②⑦.0.0.1', '%31%32%37.0.0.1', '127%2e0.0.1', '0xa9fea9fe', '3232235777'],
  ],
  'IPv6 in disguise': [
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:0001]', '[::7f00:1]'],
    ...['[64:ff9b::7f00:1]', '[64:ff9b:1::a00:1]', '[2002:7f00:1::]', '[2001:0:808:808::1]', '[fe80::1]', '[fd00::1]'],
    ...['[::ffff:168.63.129.16]', '[::FFFF:A9FE:A9FE]'],
  ],
  names: [
    ...[
      'localhost',
      'LOCALHOST',
      'localhost:3030',
      'localhost.',
      'localhost..',
      'ｌｏｃａｌｈｏｓｔ',
      'x.localhost',
      'db',
    ],
    ...['metadata.google.internal', 'trigger.lan', 'x.local', '%6cocalhost', 'ⓛocalhost', 'loca\u00adlhost'],
  ],
  addresses: [
    '10.0.0.1',
    '192.168.0.1:8443',
    '172.16.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '0.0.0.0',
  ],
};

const rows = <T>(table: Readonly<Record<string, readonly T[]>>) =>
  Object.entries(table).flatMap(([family, list]) => list.map((item) => [family, item] as const));

describe('parseBaseUrl', () => {
  it.each(rows(accepted))('%s: takes %j', (_, [value, origin]) => {
    expect(parseBaseUrl(value)).toMatchObject({ ok: true, origin });
    expect(parseBaseUrl(origin)).toMatchObject({ ok: true, origin });
  });

  it.each(rows(malformed))('%s: refuses %j', (_, value) => {
    expect(parseBaseUrl(value)).toMatchObject({ ok: false, code: 'base_url_invalid' });
  });

  it.each(rows(blocked))('%s: blocks %j', (_, value) => {
    expect(parseBaseUrl(value)).toMatchObject({ ok: false, code: 'egress_blocked' });
    expect(parseBaseUrl(`https://${value}/`)).toMatchObject({ ok: false, code: 'egress_blocked' });
  });

  it.each(rows({ ...malformed, ...blocked }))('%s: says nothing of %j', (_, value) => {
    const parsed = parseBaseUrl(value);
    const message = parsed.ok ? '' : parsed.message;
    expect(message).toMatch(/^[A-Z].{10,}\.$/);
    if (value.length > 12) {
      expect(message).not.toContain(value);
    }
    expect(message).not.toContain('evil');
    expect(message).not.toContain('pw');
  });

  it.each([
    ['api.tr\u0456gger.dev', 'api.xn--trgger-qvf.dev'],
    ['xn--80ak6aa92e.com', 'xn--80ak6aa92e.com'],
    ['api.trigger.dev', undefined],
    ['not-xn--x.example', undefined],
  ])('%s is unusual as %j', (value, unusual) => {
    const parsed = parseBaseUrl(value);
    expect(parsed.ok ? parsed.unusual : 'refused').toBe(unusual);
  });

  const open = { allowHttp: true, allowPrivateHosts: true };

  it.each([
    ['http://localhost:3030', open, 'http://localhost:3030'],
    ['http://10.0.0.1', open, 'http://10.0.0.1'],
    ['http://api.trigger.dev:80/', open, 'http://api.trigger.dev'],
    ['http://localhost', { allowPrivateHosts: true }, 'base_url_invalid'],
    ['http://localhost', { allowHttp: true }, 'egress_blocked'],
    ['http://169.254.169.254', open, 'egress_blocked'],
    ['[::ffff:169.254.169.254]', open, 'egress_blocked'],
    ['metadata.google.internal', open, 'egress_blocked'],
    ['ftp://localhost', open, 'base_url_invalid'],
    ['http://user@localhost', open, 'base_url_invalid'],
    ['http://localhost/x', open, 'base_url_invalid'],
    ['.', open, 'base_url_invalid'],
  ])('%s under %j: %s', (value, policy, expected) => {
    const parsed = parseBaseUrl(value, policy);
    expect(parsed.ok ? parsed.origin : parsed.code).toBe(expected);
  });

  it('gives an origin that parses to itself and holds nothing else, or a refusal', () => {
    const piece = fc.constantFrom(
      ...[
        'https://',
        'http://',
        '//',
        '/',
        '\\',
        '@',
        ':',
        '?',
        '#',
        '.',
        '..',
        '%2f',
        '%40',
        'user',
        'api.trigger.dev',
      ],
      ...['evil.example', '127.0.0.1', '[::1]', '443', '\t', '\n', ' ', '\u0000', '。', 'localhost', 'xn--', '\u00ad'],
    );
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 5 }),
        (pieces) => {
          const parsed = parseBaseUrl(pieces.join(''));
          if (parsed.ok) {
            taken += 1;
            const url = new URL(parsed.origin);
            expect(url.origin).toBe(parsed.origin);
            expect(url.href).toBe(`${parsed.origin}/`);
            expect(url.protocol).toBe('https:');
            expect(pieces.join('')).not.toMatch(/[@?#\\\s]/);
            expect(parseBaseUrl(parsed.origin)).toMatchObject({ ok: true, origin: parsed.origin });
          }
        },
      ),
      { numRuns: 10_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
