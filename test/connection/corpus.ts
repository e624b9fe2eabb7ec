import fc from 'fast-check';
import { fields as table } from '../../src/connection/fields.js';
import { keys } from './cases.js';
import { anyBaseUrl, goodBaseUrl } from './host-corpus.js';

/** Form values of every sort, as JSON can carry them. */
export type CorpusValues = Readonly<Record<string, unknown>>;

// White space that `trim` and `\s` know (no-break space and byte order mark among it), and two that they do not.
const space = fc.array(fc.constantFrom(' ', '\t', '\r\n', '\u00a0', '\ufeff', '\u2028', '\u3000'), { maxLength: 3 });
const oddSpace = fc.constantFrom('\u200b', '\u0085', '\u0000');

const padded = (text: fc.Arbitrary<string>) =>
  fc.tuple(space, text, space).map(([before, inner, after]) => `${before.join('')}${inner}${after.join('')}`);

/** Small damage to a good text: what a person copies wrongly. */
const damaged = (text: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.constantFrom<(value: string, odd: string) => string>(
        (value) => value.slice(0, -1),
        (value) => value.slice(1),
        (value) => `${value}x`,
        (value) => value.toUpperCase(),
        (value) => `${value} ${value}`,
        (value, odd) => `${value}${odd}`,
        (value, odd) => `${odd}${value}`,
        (value) => `"${value}"`,
        (value) => `${value.slice(0, 4)}\n${value.slice(4)}`,
      ),
      odd,
    )
    .map(([value, damage, character]) => damage(value, character));

function tooLong(text: fc.Arbitrary<string>, limit: number): fc.Arbitrary<string> {
  // On both sides of the limit; white space counts, as it does in an input's `maxlength`.
  return fc
    .tuple(text, fc.constantFrom('x', ' '), fc.constantFrom(limit - 1, limit, limit + 1, limit * 2))
    .map(([value, filler, length]) => value.padEnd(length, filler));
}

interface Junk {
  readonly odd: fc.Arbitrary<string>;
  readonly text: fc.Arbitrary<string>;
}

const junk: Junk = { odd: oddSpace, text: fc.string({ unit: 'binary', maxLength: 12 }) };
// Outside ASCII, what a host name becomes is for the URL parser to say; the schema leaves such names out.
const asciiJunk: Junk = {
  odd: fc.constantFrom('\u0000', '\u0001', '\u007f'),
  text: fc.string({ unit: 'binary-ascii', maxLength: 12 }),
};

/** One field: mostly good, then near misses, then nonsense; undefined stands for a field that is not there. */
function field(
  good: fc.Arbitrary<string>,
  bad: fc.Arbitrary<string>,
  limit: number,
  { odd, text } = junk,
): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 10, arbitrary: good },
    { weight: 5, arbitrary: padded(good) },
    { weight: 3, arbitrary: fc.constantFrom(undefined, null, '', ' ', '\ufeff\u00a0') },
    { weight: 2, arbitrary: damaged(good, odd) },
    { weight: 2, arbitrary: padded(bad) },
    { weight: 1, arbitrary: fc.oneof(text, tooLong(good, limit)) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(7, true, [], ['prod'], {}, { length: 3 }, 0) },
  );
}

const key = (...parts: string[]): string => parts.join('_');
const slug = fc.constantFrom('dev', 'stg', 'prod', 'preview');
const body = (alphabet: string, lengths: readonly number[]) =>
  fc
    .tuple(fc.constantFrom(...lengths), fc.array(fc.constantFrom(...alphabet), { minLength: 65, maxLength: 65 }))
    .map(([length, letters]) => letters.join('').slice(0, length));
const lower = '0189abklz';
const goodLengths = [16, 20, 24, 40, 64];

const rootKey = fc.tuple(slug, body(`${lower}AZ`, goodLengths)).map(([env, text]) => key('tr', env, text));
const additionalKey = fc.tuple(slug, body(`${lower}AZ`, goodLengths)).map(([env, text]) => key('tr', env, 'sk', text));
const pat = body(lower, goodLengths).map((text) => key('tr', 'pat', text));
const badKey = fc.oneof(
  fc.constantFrom(keys.newFamily, keys.organization, keys.userActor, keys.publicKey, keys.jwt, keys.stripe),
  fc.tuple(slug, body(`${lower}AZ`, [0, 1, 15, 65])).map(([env, text]) => key('tr', env, text)),
  body(`${lower}A`, [15, 40, 65]).map((text) => key('tr', 'pat', text)),
  fc.constantFrom('tr_', 'Bearer', `Bearer ${keys.prod}`, `KEY=${keys.prod}`, `KEY = ${keys.pat}`, 'eyJ.e.', 'eyJ'),
);

const ref = fc.oneof(fc.constantFrom('proj_abcdefghij', 'My-Project_1', '_', 'x'.repeat(64)), body(lower, [1, 20, 64]));
const badRef = fc.constantFrom('..', 'a b', 'a/b', 'x'.repeat(65), 'pröj', keys.pat, `x_${keys.prod}`, 'a%2fb');
const environment = fc.constantFrom('dev', 'development', 'staging', 'stg', 'prod', 'production', 'preview');
const badEnvironment = fc.constantFrom('Prod', 'test', 'dev,prod', 'constructor', 'stag', 'previews', '^', '$');
const branch = fc.oneof(
  fc.constantFrom('feature/login', 'default', 'x', 'a.b', 'main', 'a@b', '-', 'x'.repeat(255), 'a.lock/b', 'refs'),
  fc.stringMatching(/^[a-z0-9/.@{}_-]{1,12}$/),
);
const badBranch = fc.constantFrom(
  ...['a b', 'a~b', 'a:b', 'a\\b', 'a..b', 'a@{b', 'a//b', '/a', 'a/', 'a.lock', 'refs/heads/a', 'zweig-ä'],
  ...['x'.repeat(256), `feature/${keys.pat}`, 'a\u007fb'],
);

const oddName = fc.constantFrom('apikey', 'allowHttp', 'policy', 'constructor', 'toString', '__proto__', '', keys.dev);
const extra = fc.oneof(
  { weight: 19, arbitrary: fc.constant({}) },
  // As JSON.parse makes it: `__proto__` is a name like any other.
  fc.tuple(oddName, fc.constantFrom('x', null, 7)).map(([name, value]) => Object.fromEntries([[name, value]])),
);

const fields = {
  apiKey: field(fc.oneof(rootKey, additionalKey, pat), badKey, table.byName.apiKey.limit),
  projectRef: field(ref, badRef, table.byName.projectRef.limit),
  environment: field(environment, badEnvironment, table.byName.environment.limit),
  baseUrl: field(goodBaseUrl, anyBaseUrl, table.byName.baseUrl.limit, asciiJunk),
  previewBranch: field(branch, badBranch, table.byName.previewBranch.limit),
  triggerBranch: field(branch, badBranch, table.byName.previewBranch.limit),
};

// Not `Object.assign`, which would run the setter of `__proto__`.
const merged = (...parts: readonly CorpusValues[]): CorpusValues =>
  Object.fromEntries(parts.flatMap((part) => Object.entries(part)).filter(([, value]) => value !== undefined));

/** Every field on its own: mostly refused, for every combination of reasons. */
export const anyValues: fc.Arbitrary<CorpusValues> = fc
  .tuple(fc.record(fields, { requiredKeys: ['apiKey'] }), extra)
  .map(([values, odd]) => merged(values, odd));

const environmentOf = (slugOfKey: string) =>
  fc.constantFrom(
    ...({ dev: ['dev', 'development'], stg: ['staging', 'stg'], prod: ['prod', 'production'] }[slugOfKey] ?? [
      'preview',
    ]),
  );

/** What belongs together: accepted as it stands. */
export const validValues: fc.Arbitrary<CorpusValues> = fc.oneof(rootKey, additionalKey, pat).chain((apiKey) => {
  const family = apiKey.split('_')[1] ?? '';
  const goodBranch = padded(fc.constantFrom('feature/login', 'default', 'x', 'a.b'));
  const both = { projectRef: padded(ref), baseUrl: padded(goodBaseUrl) };
  if (family === 'pat') {
    return fc.constantFrom('dev', 'stg', 'prod', 'preview').chain((name) =>
      fc.record(
        {
          apiKey: padded(fc.constant(apiKey)),
          ...both,
          environment: padded(environmentOf(name)),
          ...(/^(?:dev|preview)$/.test(name) && { previewBranch: goodBranch }),
        },
        { requiredKeys: ['apiKey', 'projectRef', 'environment'] },
      ),
    );
  }
  return fc.record(
    {
      apiKey: padded(fc.constant(apiKey)),
      ...both,
      environment: padded(environmentOf(family)),
      ...(/^(?:dev|preview)$/.test(family) && { [family === 'dev' ? 'triggerBranch' : 'previewBranch']: goodBranch }),
    },
    { requiredKeys: family === 'preview' ? ['apiKey', 'previewBranch'] : ['apiKey'] } as { requiredKeys: ['apiKey'] },
  );
});

/** Accepted values with one field exchanged for any other. */
export const nearlyValidValues: fc.Arbitrary<CorpusValues> = fc
  .constantFrom(...(Object.keys(fields) as (keyof typeof fields)[]))
  .chain((name) =>
    fc.tuple(validValues, fields[name], extra).map(([values, value, odd]) => merged(values, { [name]: value }, odd)),
  );

/** A good key and any host. */
export const hostValues: fc.Arbitrary<CorpusValues> = padded(anyBaseUrl).map((baseUrl) => ({
  apiKey: keys.prod,
  baseUrl,
}));
