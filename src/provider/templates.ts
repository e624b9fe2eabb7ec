import { nearest } from '../errors/index.js';
import { unsafeNames } from './check-shape.js';
import { quoted } from './document.js';

/** Where a template stands; what it may name depends on that. */
export type Place = 'base_url' | 'header' | 'query' | 'body' | 'probe' | 'marker';

interface Names {
  /** Names besides `connectionConfig.…`. */
  readonly names: readonly string[];
  /** May it call functions such as `base64(…)`? */
  readonly calls: boolean;
}

const computed = ['now', 'random'];
const ofRequest = ['endpoint', 'host', 'path', 'params', 'method', 'contentType'];

const places: Readonly<Record<Place, Names>> = {
  base_url: { names: ['apiKey'], calls: false },
  header: { names: ['apiKey', ...computed, ...ofRequest], calls: true },
  query: { names: ['apiKey', ...computed], calls: true },
  body: { names: ['apiKey', ...computed], calls: true },
  // A probe sees the credential as an object.
  probe: { names: ['credentials.apiKey'], calls: false },
  // proxy.connection_config is never evaluated.
  marker: { names: [], calls: false },
};

const calls = ['base64', 'sha256Hex', 'sha256Base64', 'hmacSha1Hex', 'fingerprint', 'ed25519Sign', 'awsSigV4'];
const callAt = new RegExp(`^(?:${calls.join('|')})\\(([^]*)\\)$`);
const maxDepth = 4;

export interface Template {
  /** Names of connection_config fields in it, in order. */
  readonly fields: readonly string[];
  readonly usesKey: boolean;
}

export interface Refusal {
  readonly what: string;
  readonly allowed?: string;
}

/** The texts inside `${…}`, outermost first level; undefined where braces do not match. */
function placeholders(text: string): string[] | undefined {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '{') {
      if (text[index - 1] !== '$') {
        return undefined;
      }
      depth += 1;
      start = depth === 1 ? index + 1 : start;
    } else if (text[index] === '}') {
      depth -= 1;
      if (depth < 0) {
        return undefined;
      }
      if (depth === 0) {
        found.push(text.slice(start, index));
      }
    }
  }
  return depth === 0 ? found : undefined;
}

/** Reads a template; each name in it has to be one that Nango can fill in at this place. */
export function readTemplate(
  text: string,
  place: Place,
  declared: ReadonlySet<string>,
  refuse: (refusal: Refusal) => void,
  depth = 0,
): Template {
  const fields: string[] = [];
  let usesKey = false;
  const { calls: mayCall, names } = places[place];
  const fieldNames = [...declared].map((name) => `connectionConfig.${name}`);
  const allowed = [...fieldNames, ...names, ...(mayCall ? calls.map((name) => `${name}(…)`) : [])]
    .map((name) => `\${${name}}`)
    .join(', ');
  const inside = placeholders(text);
  if (inside === undefined || depth > maxDepth) {
    refuse({ what: `the braces of ${quoted(text)} do not pair as \${…}`, allowed });
  }
  for (const name of inside ?? []) {
    const call = mayCall ? callAt.exec(name) : null;
    if (call !== null) {
      const nested = readTemplate(call[1] ?? '', place, declared, refuse, depth + 1);
      fields.push(...nested.fields);
      usesKey ||= nested.usesKey;
      continue;
    }
    const field = /^connectionConfig\.(\w+)$/.exec(name)?.[1];
    if (field !== undefined && declared.has(field) && !unsafeNames.has(field)) {
      fields.push(field);
    } else if (names.includes(name) || (mayCall && /^now:[A-Za-z:. -]{1,40}$/.test(name))) {
      usesKey ||= name.endsWith('apiKey');
    } else if (name.includes('||')) {
      refuse({ what: `|| does not work inside \${…}: ${quoted(text)}`, allowed: '${…} || …' });
    } else {
      const hint = nearest(name, [...fieldNames, ...names]);
      const declare = field === undefined ? '' : ' (declare the field in connection_config)';
      refuse({ what: `${quoted(`\${${name}}`)} does not resolve here${hint || declare}`, allowed });
    }
  }
  return { fields, usesKey };
}

const oneBranch = 'https://… with ${connectionConfig.<required field>}';
const twoBranches = 'https://${connectionConfig.<field>} || https://…';

/** What `||` and a missing value do to a base URL: Nango looks only at the first field that it names. */
export function checkBaseUrl(text: string, optional: ReadonlySet<string>, refuse: (refusal: Refusal) => void): void {
  const allowed = `${oneBranch}; ${twoBranches}`;
  const branches = text.split(' || ');
  const fieldsOf = (branch: string) =>
    [...branch.matchAll(/\$\{connectionConfig\.(\w+)\}/g)].map(([, name]) => name ?? '');
  if (
    /[()]/.test(text) ||
    branches.length > 2 ||
    branches.some((branch) => branch.includes('||') || /\s/.test(branch))
  ) {
    refuse({ what: `base_url ${quoted(text)} has a form that never works`, allowed });
    return;
  }
  if (!branches.every((branch) => /^https:\/\/[^/]/.test(branch))) {
    refuse({ what: 'base_url does not begin with https:// in every branch', allowed });
    return;
  }
  const [first = '', second] = branches;
  if (second !== undefined && fieldsOf(first).length !== 1) {
    refuse({ what: 'the first branch of base_url has to name exactly one field', allowed: twoBranches });
    return;
  }
  const unguarded = fieldsOf(second ?? first).find((name) => optional.has(name));
  if (unguarded !== undefined) {
    refuse({
      what: `base_url needs ${quoted(unguarded)}, which is optional: without it the call goes to a host of that name`,
      allowed: twoBranches,
    });
  }
}
