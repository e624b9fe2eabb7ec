const prefix = /^(?:tr_[0-9a-z]{2,8}_(?:sk_)?|pk_[a-z]{2,8}_|[prs]k_(?:live|test)_)/;

/** What a credential begins with, such as `tr_prod_`: it is no secret. */
export const familyOf = (value: string): string => prefix.exec(value)?.[0] ?? '';

/** Without it nobody can use the token, and with it all is there. */
const signature = /^(?:tr_[a-z]{2,8}_)?eyJ[\w-]*\.[\w-]+\.([\w-]{16,})$/;

/** What makes a credential a secret: what follows the family, or the signature of a token in JWT form. */
export function randomPartOf(value: string): string {
  return signature.exec(value)?.[1] ?? value.slice(familyOf(value).length);
}

/** What looks like a credential, whoever it belongs to. */
export const credential = new RegExp(
  [
    // Known families, wherever they stand.
    '(?:tr|pk)_[0-9a-z]{1,8}_(?:sk_)?[0-9A-Za-z]{16,}[\\w.-]*',
    // Whatever else starts like a key, short of a mere prefix that a message names.
    '(?<![A-Za-z])tr_(?![a-z]{2,8}_(?:sk_)?(?![\\w.-]))[\\w.-]{8,}',
    '(?<![A-Za-z])(?:pk_[a-z]{2,8}|[prs]k_(?:live|test))_[0-9A-Za-z]{8,}[\\w.-]*',
    // No word character before it: otherwise a long row of `eyJ` would take quadratic time.
    '(?<![\\w-])eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*',
  ].join('|'),
  'g',
);
