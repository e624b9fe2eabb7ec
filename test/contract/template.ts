import { jsonType } from './compare.js';

const patterns: Readonly<Record<string, RegExp>> = {
  '<redacted>': /^<redacted>$/,
  '<date>': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  '<run>': /^run_[0-9a-z]{25}$/,
  '<cursor>': /^[\w-]{20,}$/,
};

/**
 * Whether a value fits a template. A string `<string>`, `<number>`, `<boolean>`, `<any>`, `<date>`, `<run>` or
 * `<cursor>` stands for such a value, a key that ends in `?` may be missing, all else must be equal.
 */
export function misfits(actual: unknown, template: unknown, at = 'body'): string[] {
  if (typeof template === 'string' && /^<\w+>$/.test(template)) {
    const pattern = patterns[template];
    const fits = pattern
      ? typeof actual === 'string' && pattern.test(actual)
      : template === '<any>' || template === `<${jsonType(actual)}>`;
    return fits ? [] : [`${at}: ${JSON.stringify(actual)} is no ${template}`];
  }
  if (jsonType(actual) !== jsonType(template) || typeof template !== 'object' || template === null) {
    return Object.is(actual, template) ? [] : [`${at}: ${JSON.stringify(actual)}, not ${JSON.stringify(template)}`];
  }
  if (Array.isArray(template)) {
    const list = actual as unknown[];
    return list.length === template.length
      ? list.flatMap((item, index) => misfits(item, template[index], `${at}[${index}]`))
      : [`${at}: ${list.length} items, not ${template.length}`];
  }
  return misfitsOfObject(actual as Record<string, unknown>, template as Record<string, unknown>, at);
}

function misfitsOfObject(actual: Record<string, unknown>, template: Record<string, unknown>, at: string): string[] {
  const expected = new Map(
    Object.entries(template).map(([key, value]) => [key.replace(/\?$/, ''), { value, optional: key.endsWith('?') }]),
  );
  const surplus = Object.keys(actual).filter((key) => !expected.has(key));
  return [
    ...surplus.map((key) => `${at}.${key}: not expected`),
    ...[...expected].flatMap(([key, { value, optional }]) =>
      optional && !(key in actual) ? [] : misfits(actual[key], value, `${at}.${key}`),
    ),
  ];
}
