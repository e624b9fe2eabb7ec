import fc from 'fast-check';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const randomPart = (from: string, length: number | readonly [number, number]) => {
  const [minLength, maxLength] = typeof length === 'number' ? [length, length] : length;
  return fc.string({ unit: fc.constantFrom(...from), minLength, maxLength });
};

export interface AnyKey {
  readonly value: string;
  /** What must never be seen, nor any twelve of its characters in a row. */
  readonly random: string;
}

const keyOf = (head: string) => (random: string) => ({ value: `${head}${random}`, random });
const kinds = {
  root: randomPart(letters, [16, 64]).map(keyOf(['tr', 'prod', ''].join('_'))),
  additional: randomPart(letters, 24).map(keyOf(['tr', 'stg', 'sk', ''].join('_'))),
  pat: randomPart('123456789abcdefghijkmnopqrstuvwxyz', 40).map(keyOf(['tr', 'pat', ''].join('_'))),
  token: randomPart(`${letters}-_`, 43).map(
    keyOf(
      `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`,
    ),
  ),
  uuid: fc.uuid().map(keyOf('')),
};

export const anyKey: fc.Arbitrary<AnyKey> = fc.oneof(...Object.values(kinds));

type Write = (text: string) => string;

const each =
  (write: (code: string) => string): Write =>
  (text) =>
    // More than a byte is written in more than one way.
    text.replace(/[\0-\x7f]/g, (letter) => write(letter.charCodeAt(0).toString(16).padStart(2, '0')));

export const blocks: Readonly<Record<string, Write>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'hex with colons': (text) =>
    Buffer.from(text)
      .toString('hex')
      .replace(/..(?=.)/g, '$&:'),
};

const every =
  (length: number, between: string): Write =>
  (text) =>
    text.replace(new RegExp(`[^]{${length}}(?=[^])`, 'g'), (part) => `${part}${between}`);

export const splits: Readonly<Record<string, (length: number) => Write>> = {
  'in one line': () => (text) => text,
  'folded as a header is': (length) => every(length, '\r\n '),
  wrapped: (length) => every(length, '\n'),
  indented: (length) => every(length, '\n\t    '),
  quoted: (length) => every(length, '\n> '),
  'as quoted-printable does': (length) => every(length, '=\r\n'),
  'with a backslash': (length) => every(length, '\\\n'),
  'with zero-width spaces': (length) => every(length, '\u200b'),
};

export const escapes: Readonly<Record<string, Write>> = {
  'not at all': (text) => text,
  'as a URL does': encodeURIComponent,
  'as a URL does, every letter': each((code) => `%${code}`),
  'as a URL does, every letter in upper case': each((code) => `%${code.toUpperCase()}`),
  'as JSON does': (text) => JSON.stringify(text),
  'as JSON does, every letter': each((code) => `\\u${code.padStart(4, '0')}`),
  'as JavaScript does, every letter': each((code) => `\\x${code}`),
  'as JavaScript does, every letter in braces': each((code) => `\\u{${code}}`),
  'as HTML does': (text) =>
    text.replace(/[&<>"'_.-]/g, (sign) => {
      const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
      return `&${names[sign] ?? { _: 'lowbar', '.': 'period', '-': 'hyphen' }[sign]};`;
    }),
  'as HTML does, every letter in decimal': each((code) => `&#${Number.parseInt(code, 16)};`),
  'as HTML does, every letter in hex': each((code) => `&#x${code};`),
  'as HTML does, every letter in hex with zeros': each((code) => `&#X00${code.toUpperCase()};`),
  'as HTML does, every third letter': (text) =>
    [...text].map((letter, index) => (index % 3 === 0 ? `&#${letter.charCodeAt(0)};` : letter)).join(''),
};

const unescapeOnce = (text: string): string =>
  text.replace(
    /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{([0-9a-f]+)\}|\\x([0-9a-f]{2})|&#x([0-9a-f]+);|&#(\d+);|&(lowbar|period|hyphen|amp|lt|gt|quot|apos);|\\([nrt"\\])/gi,
    (_, percent, unicode, braces, x, hex, decimal, name, sign) => {
      const code = percent ?? unicode ?? braces ?? x ?? hex;
      if (code !== undefined || decimal !== undefined) {
        return String.fromCodePoint(code === undefined ? Number(decimal) : Number.parseInt(code, 16));
      }
      const names: Record<string, string> = { lowbar: '_', period: '.', hyphen: '-', amp: '&' };
      return names[name] ?? (sign === '\\' ? '\\' : ' ');
    },
  );

/** Every text that somebody could read out of this one: as it is and decoded, by other means than the masking has. */
export function* readable(text: string): Generator<string> {
  for (let level = 0, current = text; level < 5; level += 1) {
    for (const part of [current, ...current.split('[redacted]')]) {
      const joined = part.replace(/[^\w+/.-]/g, '');
      yield joined;
      const base64 = joined
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replace(/[^A-Za-z0-9+/]/g, '');
      for (const phase of [0, 1, 2, 3]) {
        yield Buffer.from(base64.slice(phase), 'base64').toString('latin1');
      }
      const hex = joined.replace(/[^0-9A-Fa-f]/g, '');
      for (const phase of [0, 1]) {
        yield Buffer.from(hex.slice(phase), 'hex').toString('latin1');
      }
    }
    current = unescapeOnce(current);
  }
}

/** Twelve characters of it in a row that can be read out of the text; undefined where there are none. */
export function pieceIn(text: string, random: string): string | undefined {
  const texts = [...readable(text)];
  for (let from = 0; from + 12 <= random.length; from += 1) {
    const piece = random.slice(from, from + 12);
    if (texts.some((one) => one.includes(piece))) {
      return piece;
    }
  }
  return undefined;
}
