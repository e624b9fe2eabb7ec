import { nearest } from '../../errors/index.js';
import { quoted } from '../../provider/index.js';

/** Where a template stands; what it may name depends on that. */
export type Place = 'base_url' | 'header' | 'query' | 'body' | 'probe' | 'marker';

type Refuse = (what: string, allowed: string) => void;

const functions = ['base64', 'sha256Hex', 'sha256Base64', 'hmacSha1Hex', 'fingerprint', 'ed25519Sign', 'awsSigV4'];
const computed = new RegExp(`^(?:(?:${functions.join('|')})\\([^]*\\)|now:[A-Za-z:. -]{1,40})$`);
const values = ['apiKey', 'now', 'random'];

/** Names besides `connectionConfig.…`; where `now` is one, functions may be called too. */
const places: Readonly<Record<Place, readonly string[]>> = {
  base_url: ['apiKey'],
  header: [...values, 'endpoint', 'host', 'path', 'params', 'method', 'contentType'],
  query: values,
  body: values,
  // A probe sees the credential as an object.
  probe: ['credentials.apiKey'],
  // proxy.connection_config is never evaluated.
  marker: [],
};

/** The texts inside `${…}`, inner ones first; undefined where braces do not pair. */
function placeholders(text: string): string[] | undefined {
  const found: string[] = [];
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\$\{([^{}]*)\}/g, (_, name: string) => {
      found.push(name);
      return '';
    });
  }
  return /[{}]/.test(rest) ? undefined : found;
}

/** The names in a template, fields without `connectionConfig.`; refuses one that Nango cannot fill in at this place. */
export function readTemplate(
  text: string,
  place: Place,
  declared: readonly string[],
  refuse: Refuse,
): { readonly fields: readonly string[]; readonly usesKey: boolean } {
  const names = places[place];
  const mayCompute = names.includes('now');
  const known = [...declared.map((name) => `connectionConfig.${name}`), ...names];
  const allowed = [...known, ...(mayCompute ? functions.map((name) => `${name}(…)`) : [])]
    .map((name) => `\${${name}}`)
    .join(', ');
  const inside = placeholders(text);
  if (inside === undefined) {
    refuse(`the braces of ${quoted(text)} do not pair as \${…}`, allowed);
  }
  for (const name of inside ?? []) {
    if (known.includes(name) || (mayCompute && computed.test(name))) {
      continue;
    }
    if (name.includes('||')) {
      refuse(`|| does not work inside \${…}: ${quoted(text)}`, '${…} || …');
    } else {
      const declare = name.startsWith('connectionConfig.') ? ' (declare the field in connection_config)' : '';
      refuse(`${quoted(`\${${name}}`)} does not resolve here${nearest(name, known) || declare}`, allowed);
    }
  }
  const used = (inside ?? []).filter((name) => known.includes(name));
  return {
    fields: used.flatMap((name) => /^connectionConfig\.(.*)$/.exec(name)?.[1] ?? []),
    usesKey: used.some((name) => name.endsWith('apiKey')),
  };
}

const oneBranch = 'https://… with ${connectionConfig.<required field>}';
const twoBranches = 'https://${connectionConfig.<field>} || https://…';

/** What `||` and a missing value do to a base URL: Nango looks only at the first field that it names. */
export function checkBaseUrl(text: string, optional: ReadonlySet<string>, refuse: Refuse): void {
  const branches = text.split(' || ');
  const fieldsOf = (branch = '') => [...branch.matchAll(/\$\{connectionConfig\.(\w+)\}/g)].map(([, name = '']) => name);
  const unguarded = fieldsOf(branches.at(-1)).find((name) => optional.has(name));
  if (/[()]/.test(text) || branches.length > 2 || branches.some((branch) => /\|\||\s/.test(branch))) {
    refuse(`base_url ${quoted(text)} has a form that never works`, `${oneBranch}; ${twoBranches}`);
  } else if (!branches.every((branch) => /^https:\/\/[^/]/.test(branch))) {
    refuse('base_url does not begin with https:// in every branch', `${oneBranch}; ${twoBranches}`);
  } else if (branches.length === 2 && fieldsOf(branches[0]).length !== 1) {
    refuse('the first branch of base_url has to name exactly one field', twoBranches);
  } else if (unguarded !== undefined) {
    refuse(
      `base_url needs ${quoted(unguarded)}, which is optional: without it the call goes to a host of that name`,
      twoBranches,
    );
  }
}
