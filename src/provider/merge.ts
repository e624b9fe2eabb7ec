import { ConnectorError } from '../errors/index.js';
import { quoted, readYaml, unsafeNames } from './document.js';

/** The name of the entry, and of the integration. */
export const providerName = 'trigger-dev';

/** Entries by provider name. */
export type Providers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const maxLength = 16 * 1024 * 1024;
const maxDepth = 32;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first name that could reach a prototype, or a nesting that no entry has. */
function unsafePlace(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (depth > maxDepth) {
    return 'it is nested too deeply';
  }
  for (const [name, inner] of Object.entries(value)) {
    const place = unsafeNames.has(name) ? `${quoted(name)} cannot be a key` : unsafePlace(inner, depth + 1);
    if (place !== undefined) {
      return place;
    }
  }
  return undefined;
}

function readProviders(text: string, file: string): unknown {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // The YAML parser takes JSON too, and knows the line of the mistake.
    }
  }
  return readYaml(text, file, maxLength).value();
}

/** Providers from YAML or JSON, such as Nango's providers.yaml. Their content is Nango's matter and is not judged. */
export function parseProviders(text: string, file: string): Providers {
  const value = readProviders(text, file);
  const refuse = (what: string) => new ConnectorError('provider_config_invalid', `${file}: ${what}`);
  if (!isObject(value)) {
    throw refuse('this is not a map of provider names and entries');
  }
  for (const [name, entry] of Object.entries(value)) {
    if (!/^[a-z0-9-]+$/.test(name)) {
      throw refuse(`${quoted(name)} is not a provider name; allowed: names that match ^[a-z0-9-]+$`);
    }
    const problem = isObject(entry) ? unsafePlace(entry) : 'it is not a map';
    if (problem !== undefined) {
      throw refuse(`the entry ${quoted(name)} cannot be used: ${problem}`);
    }
  }
  return value as Providers;
}

function resolved(name: string, providers: Providers, chain: readonly string[]): Record<string, unknown> {
  const { alias, ...own } = providers[name] ?? {};
  if (alias === undefined) {
    return own;
  }
  if (typeof alias !== 'string' || !Object.hasOwn(providers, alias)) {
    throw new ConnectorError(
      'provider_config_invalid',
      `The entry ${quoted(name)} is an alias of ${quoted(alias)}, which is not there.`,
    );
  }
  if (chain.includes(alias)) {
    throw new ConnectorError('provider_config_invalid', `The entry ${quoted(name)} is an alias of itself.`);
  }
  return { ...resolved(alias, providers, [...chain, alias]), ...own };
}

/**
 * All providers of `base` with our entry in place of theirs. Aliases are resolved, as shallow merges:
 * a Nango that loads the result from `PROVIDERS_URL` takes it as it is.
 */
export function mergeProviders(base: Providers, entry: Providers[string]): Providers {
  const providers: Providers = { ...base, [providerName]: entry };
  return Object.fromEntries(Object.keys(providers).map((name) => [name, resolved(name, providers, [name])]));
}
