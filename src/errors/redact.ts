const credential =
  /\b(?:tr_(?:[a-z]{2,8}_)(?:sk_)?[0-9A-Za-z._-]{8,}|pk_[a-z]{2,8}_[0-9A-Za-z]{8,}|sk_(?:live|test)_[0-9A-Za-z]{8,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g;

/** Characters of JSON or URL escapes that can stand between the letters of a key. */
function decodeEscapes(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})/g, (whole, percent, unicode) => {
    const code = Number.parseInt(percent ?? unicode, 16);
    // Only what a key is made of: decoding more would rewrite innocent text.
    return /[\w.-]/.test(String.fromCharCode(code)) ? String.fromCharCode(code) : whole;
  });
}

/**
 * Masks whatever looks like a credential, every occurrence, also when escaped for a URL or JSON,
 * and every occurrence of the given values.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = decodeEscapes(text).replace(credential, '[redacted]');
  for (const secret of secrets) {
    if (secret.length >= 8) {
      clean = clean.split(secret).join('[redacted]');
    }
  }
  return clean;
}
