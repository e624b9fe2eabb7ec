/**
 * What a terminal obeys, or shows as nothing, another line or another order: control characters, the separators of
 * lines, halves of pairs, and formats but for the two joiners, which letters and emoji need.
 */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

const unit = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;

/**
 * A text as people may see it in a terminal or a log: one line, in which each hidden character is written as JSON
 * writes it, such as `\u001b`. So JSON that is shown means the same.
 */
export const shown = (text: string): string =>
  text.replace(hidden, (sign) => [...Array(sign.length).keys()].map((index) => unit(sign.charCodeAt(index))).join(''));
