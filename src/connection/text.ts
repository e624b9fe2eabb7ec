/** Bytes that text takes as UTF-8: neither `Buffer` nor `TextEncoder` is everywhere. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) {
      const next = text.charCodeAt(index + 1);
      const isPair = unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
      // The two units of a pair make four bytes; any other from 0x800, half a pair too, three.
      length += unit > 0x7ff ? 2 : 1;
      index += isPair ? 1 : 0;
    }
  }
  return length;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) {
      bytes.push(point);
    } else if (point < 0x800) {
      bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    } else if (point < 0x10000) {
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    } else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
  }
  return bytes;
}

/** Base64url of text as UTF-8, without padding; text without lone halves of pairs, as JSON is. */
export function base64url(text: string): string {
  const bytes = utf8Bytes(text);
  let encoded = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.slice(index, index + 3);
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    const length = second === undefined ? 2 : third === undefined ? 3 : 4;
    for (let place = 0; place < length; place += 1) {
      encoded += digits[(group >> (18 - 6 * place)) & 63];
    }
  }
  return encoded;
}
