// The letters of `%3D` or `\n` are no part of the word that follows.
const afterEscape = '(?<=%(?:25){0,3}[0-9A-Fa-f]{2}|\\\\[bfnrt]|\\\\u[0-9A-Fa-f]{4})';
const boundary = `(?:(?<![A-Za-z])|${afterEscape})`;

const credential = new RegExp(
  [
    // Known families, wherever they stand.
    '(?:tr|pk)_[0-9a-z]{1,8}_(?:sk_)?[0-9A-Za-z]{16,}[\\w.-]*',
    // Whatever else starts like a key, short of a mere prefix that a message names.
    `${boundary}tr_(?![a-z]{2,8}_(?:sk_)?(?![\\w.-]))[\\w.-]{8,}`,
    `${boundary}(?:pk_[a-z]{2,8}|[prs]k_(?:live|test))_[0-9A-Za-z]{8,}[\\w.-]*`,
    // No word character before it: otherwise a long row of `eyJ` would take quadratic time.
    `(?:(?<![\\w-])|${afterEscape})eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*`,
  ].join('|'),
  'g',
);

/** Characters of JSON or URL escapes that can stand between the letters of a key. */
function decodeEscapes(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})/g, (whole, percent, unicode) => {
    const code = Number.parseInt(percent ?? unicode, 16);
    // Only what a key is made of: decoding more would rewrite innocent text.
    return /[\w.-]/.test(String.fromCharCode(code)) ? String.fromCharCode(code) : whole;
  });
}

/** A value as it is, and as it stands in JSON and in a URL. */
function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  try {
    const inUrl = encodeURIComponent(secret);
    return [secret, inJson, inUrl, inUrl.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())];
  } catch {
    // Half a character pair cannot be in a URL.
    return [secret, inJson];
  }
}

function maskValues(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 8)
    .flatMap(formsOf)
    .reduce((clean, form) => clean.split(form).join('[redacted]'), text);
}

/**
 * Masks whatever looks like a credential, every occurrence, also when escaped for a URL or JSON,
 * and every occurrence of the given values.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const clean = decodeEscapes(maskValues(text, secrets)).replace(credential, '[redacted]');
  return maskValues(clean, secrets);
}
