import { credential } from '../errors/families.js';

/**
 * Stands for `errors/redact.ts` here: what looks like a credential, as it is or in a URL. The one token of a page is its
 * reader's own.
 */
export const redact = (text: string): string =>
  text
    .replace(/%([0-9A-F]{2})/gi, (whole, code) => {
      const sign = String.fromCharCode(Number.parseInt(code, 16));
      // Only what a token is made of: decoding more would rewrite innocent text.
      return /[\w.-]/.test(sign) ? sign : whole;
    })
    .replace(credential, '[redacted]');
