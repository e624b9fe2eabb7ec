/** Bytes that text takes as UTF-8: neither `Buffer` nor `TextEncoder` is everywhere. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) {
      // Two units of a pair make four bytes, any other unit from 0x800 three.
      length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
    }
  }
  return length;
}
