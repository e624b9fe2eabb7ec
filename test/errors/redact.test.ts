import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSecret, redact } from '../../src/errors/index.js';
import { fakeKeys, unknownKeys } from '../fake-api/keys.js';

const jwt = ['eyJ0eXAiOiJKV1QifQ', 'eyJzdWIiOiJmYWtlIn0', 'c2lnbmF0dXJlLWZha2U'].join('.');
const secrets = {
  ...fakeKeys,
  ...unknownKeys,
  'organization token': ['tr', 'oat', 'Fake'.repeat(8)].join('_'),
  'user-actor token': ['tr', 'uat', jwt].join('_'),
  'key of a new family': ['tr', 'x9', 'Fake'.repeat(4)].join('_'),
  JWT: jwt,
  'Stripe key': ['sk', 'live', 'Fake'.repeat(6)].join('_'),
} as const;

const everyLetter = (text: string, encode: (code: string) => string) =>
  [...text].map((letter) => encode(letter.charCodeAt(0).toString(16).padStart(2, '0'))).join('');

const contexts: Readonly<Record<string, (key: string) => string>> = {
  alone: (key) => key,
  'in a header': (key) => `authorization: Bearer ${key}`,
  twice: (key) => `${key} and again ${key}, then ${key}`,
  'in quotes': (key) => `"${key}" '${key}' \`${key}\``,
  'in JSON': (key) => JSON.stringify({ key, list: [key] }),
  'in JSON in JSON': (key) => JSON.stringify(JSON.stringify({ key })),
  'after an escaped line break': (key) => JSON.stringify(`first\n${key}\t${key}\r${key}`),
  'after a unicode escape': (key) => `\\u0022${key}\\u0022`,
  'in a query': (key) => `?token=${key}&again=${key}`,
  'in an encoded query': (key) => encodeURIComponent(`?token=${key}&say=Bearer ${key}`),
  'encoded twice': (key) => encodeURIComponent(encodeURIComponent(`"Bearer ${key}" x=${key}`)),
  'every letter percent-encoded': (key) => everyLetter(key, (code) => `%${code.toUpperCase()}`),
  'every letter percent-encoded in lower case': (key) => everyLetter(key, (code) => `%${code}`),
  'every letter JSON-escaped': (key) => everyLetter(key, (code) => `\\u00${code}`),
  'one letter percent-encoded': (key) => key.replace(/_|J/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'in a path': (key) => `https://api.example.test/x/${key}/y`,
  'in user information': (key) => `https://user:${key}@api.example.test`,
};

const cases = Object.entries(secrets).flatMap(([kind, secret]) =>
  Object.entries(contexts).map(([where, inContext]) => [kind, where, secret, inContext(secret)] as const),
);

describe('redact', () => {
  it.each(cases)('masks a %s %s', (_, where, secret, text) => {
    const clean = redact(text);
    expect(clean).toContain('[redacted]');
    // Not a single run of eight of its characters is left, however the text is read.
    const body = secret.slice(secret.lastIndexOf('_') + 1);
    for (const read of [clean, clean.replace(/\\u00|%/g, '')]) {
      expect(read, where).not.toContain(secret);
      expect(read).not.toContain(body.slice(-8));
    }
  });

  it.each(Object.values(fakeKeys))('masks a key of a known family also inside a word', (key) => {
    expect(redact(`my${key}`)).toBe('my[redacted]');
  });

  it.each([
    '',
    'Use a secret key (tr_dev_, tr_stg_, tr_prod_, tr_preview_) or a personal access token (tr_pat_).',
    'Secret keys start with tr_dev_, tr_stg_, tr_prod_ or tr_preview_, additional ones with tr_preview_sk_',
    'attr_description and str_replace_all are words',
    'proj_abcdefghijklmnopqrst',
    'run_cm1abcdefghijklmnopqrstuv',
    '100% of it, 20%',
    'eyJ is how a JWT starts',
    'data:text/plain,%20%0A',
  ])('leaves %j alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('masks a kept secret of any kind in every form, except a short one', () => {
    const value = 'pa"ss/wörd+1%41';
    keepSecret(value);
    keepSecret('short');
    keepSecret('correct horse');
    const text = [value, JSON.stringify(value), encodeURIComponent(value), encodeURIComponent(value).toLowerCase()];
    expect(redact(text.join(' ; '))).not.toMatch(/ss|rd/);
    expect(redact(`Proxy ${value} refused`)).toBe('Proxy [redacted] refused');
    expect(redact('short stays')).toBe('short stays');
    expect(redact(everyLetter('correct horse', (code) => `%${code}`))).toBe('[redacted]');
  });

  it('never lets a given value through, wherever it stands', () => {
    const forms: ((text: string) => string)[] = [
      (text) => text,
      (text) => JSON.stringify(text),
      (text) => encodeURIComponent(text),
      (text) => encodeURIComponent(JSON.stringify(text)),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(secrets)),
        fc.string(),
        fc.string(),
        fc.constantFrom(...forms),
        (secret, before, after, form) => {
          expect(redact(form(`${before} ${secret} ${after} ${secret}`))).not.toContain(secret);
        },
      ),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(
        fc.string({ minLength: 8 }),
        fc.string(),
        fc.constantFrom(...forms.slice(0, 3)),
        (secret, before, form) => {
          fc.pre(!'[redacted]'.includes(secret) && !/^[redacted[\]]+$/.test(secret));
          keepSecret(secret);
          const clean = redact(form(before + secret));
          expect(clean).not.toContain(secret);
          expect(clean).not.toContain(form(secret).replace(/^"|"$/g, ''));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
