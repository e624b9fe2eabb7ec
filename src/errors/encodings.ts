/** Named references that stand for a letter of a key, or begin another escape; any other stands for a sign. */
const named: Readonly<Record<string, string>> = {
  amp: '&',
  bsol: '\\',
  dash: '-',
  fjlig: 'fj',
  hyphen: '-',
  lowbar: '_',
  num: '#',
  percnt: '%',
  period: '.',
  semi: ';',
};

/** Of a backslash and a letter; any other sign after a backslash stands for itself. */
const breaks = 'bfnrtv0';

const point = (radix: number) => (digits: string) => {
  const code = Number.parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
};

/** How a character is written as others: the pattern, with one group, and how that group is read. */
const escapes: readonly { pattern: string; read: (group: string) => string | undefined }[] = [
  // In a URL. Encoded twice, it is an escape again after the first reading.
  { pattern: '%([0-9A-Fa-f]{2})', read: point(16) },
  // In HTML and XML; the semicolon may be missing after a number.
  { pattern: '&#[xX]0{0,9}([0-9A-Fa-f]{1,6});?', read: point(16) },
  { pattern: '&#0{0,9}([0-9]{1,7});?', read: point(10) },
  { pattern: '&([A-Za-z][A-Za-z0-9]{1,24});', read: (name) => named[name] ?? ' ' },
  // A line that ends, and a word that may, on a page; a colour in a terminal.
  { pattern: '<(w?br)\\b[^<>]{0,20}>', read: () => ' ' },
  { pattern: '\\u001b\\[([0-9;]{0,20})m', read: () => ' ' },
  // In JSON and JavaScript.
  { pattern: '\\\\u([0-9A-Fa-f]{4})', read: point(16) },
  { pattern: '\\\\u\\{0{0,9}([0-9A-Fa-f]{1,6})\\}', read: point(16) },
  { pattern: '\\\\x([0-9A-Fa-f]{2})', read: point(16) },
  { pattern: `\\\\([${breaks}"'/\\\\])`, read: (sign) => (breaks.includes(sign) ? ' ' : sign) },
];

const anyEscape = new RegExp(escapes.map(({ pattern }) => pattern).join('|'), 'g');

/** A text, and where each of its characters began in the text that it was read from. */
export interface Reading {
  readonly text: string;
  /** One more than there are characters: the last is where the text ended. Undefined for the text itself. */
  readonly starts?: readonly number[];
}

export const startOf = ({ starts }: Reading, index: number): number => starts?.[index] ?? index;

/** The same text with every escape read once; undefined where there is none. */
function unescaped(reading: Reading): Reading | undefined {
  const { text } = reading;
  const starts: number[] = [];
  let read = '';
  let from = 0;
  const copy = (to: number) => {
    for (let index = from; index < to; index += 1) {
      starts.push(startOf(reading, index));
    }
    read += text.slice(from, to);
  };
  for (const match of text.matchAll(anyEscape)) {
    const which = match.findIndex((group, index) => index > 0 && group !== undefined);
    const sign = escapes[which - 1]?.read(match[which] ?? '');
    if (sign !== undefined) {
      copy(match.index);
      for (let index = 0; index < sign.length; index += 1) {
        starts.push(startOf(reading, match.index));
      }
      read += sign;
      from = match.index + match[0].length;
    }
  }
  if (from === 0) {
    return undefined;
  }
  copy(text.length);
  starts.push(startOf(reading, text.length));
  return { text: read, starts };
}

/** Percent-encoded twice, in JSON, in HTML. */
const deepest = 4;

/** The text itself, then with its escapes read once, twice and so on. */
export function* readings(text: string): Generator<Reading, void, void> {
  let reading: Reading | undefined = { text };
  for (let depth = 0; reading !== undefined && depth <= deepest; depth += 1) {
    yield reading;
    reading = unescaped(reading);
  }
}

const digits64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The digits of base64 that hold nothing but bits of the value, from its first, third or fifth bit on. */
function base64(value: string, from: number): string {
  let digits = '';
  for (let bit = from; bit + 6 <= value.length * 8; bit += 6) {
    const place = bit >> 3;
    // Past the end it is NaN, which has no bits.
    const pair = (value.charCodeAt(place) << 8) | value.charCodeAt(place + 1);
    digits += digits64[(pair >> (10 - (bit & 7))) & 63];
  }
  return digits;
}

const hex = (value: string) => [...value].map((sign) => sign.charCodeAt(0).toString(16).padStart(2, '0')).join('');

const bitsOf64 = (characters: number) => Math.floor((8 * characters - 4) / 6);

/**
 * How a text is written as other text: the form of a value, and how many of its digits at least any so many
 * characters of the value take up there. Signs that are no letter or digit do not count when forms are compared, so
 * base64url is base64, and a form may be split over lines or by colons.
 */
export const forms: readonly { write: (value: string) => string; lengthOf: (characters: number) => number }[] = [
  { write: (value) => value, lengthOf: (characters) => characters },
  // The three alignments: where the value begins, a digit is at its first, fifth or third bit.
  { write: (value) => base64(value, 0), lengthOf: bitsOf64 },
  { write: (value) => base64(value, 4), lengthOf: bitsOf64 },
  { write: (value) => base64(value, 2), lengthOf: bitsOf64 },
  { write: hex, lengthOf: (characters) => 2 * characters },
  { write: (value) => hex(value).toUpperCase(), lengthOf: (characters) => 2 * characters },
];

/**
 * A value of signs rather than letters as it may stand in a text. What looks like an escape in it would be read as one,
 * so it is looked for as written too.
 */
export function whole(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  try {
    const inUrl = encodeURIComponent(value);
    return [value, inJson, inUrl, inUrl.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())];
  } catch {
    // Half a character pair cannot be in a URL.
    return [value, inJson];
  }
}
