/** Said by numbers, where `shown` says it by Unicode's names. */
export const hiddenRanges: readonly (readonly [string, number, number])[] = [
  ['C0 controls, with tab, line break and escape', 0x00, 0x1f],
  ['delete and C1 controls', 0x7f, 0x9f],
  ['the soft hyphen', 0xad, 0xad],
  ['the Arabic letter mark', 0x61c, 0x61c],
  ['the Mongolian vowel separator', 0x180e, 0x180e],
  ['the zero-width space', 0x200b, 0x200b],
  ['marks of direction', 0x200e, 0x200f],
  ['line separators, embeddings and overrides', 0x2028, 0x202e],
  ['the word joiner and invisible operators', 0x2060, 0x2064],
  ['isolates and old formats', 0x2066, 0x206f],
  ['halves of pairs', 0xd800, 0xdfff],
  ['the byte order mark', 0xfeff, 0xfeff],
  ['annotations', 0xfff9, 0xfffb],
  ['tags', 0xe0020, 0xe007f],
];

/** Those of a text that a terminal may not get, beside the line breaks and tabs between what is shown. */
export const obeyedIn = (text: string): string[] =>
  [...text].filter((sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return code !== 9 && code !== 10 && hiddenRanges.some(([, from, to]) => code >= from && code <= to);
  });
