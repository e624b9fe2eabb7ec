import { ConnectorError } from '../errors/index.js';
import type { RequestOptions } from './send.js';

const known: Readonly<Record<keyof RequestOptions, true>> = { signal: true, timeoutMs: true, retry: true };

/**
 * The options of a call over those of its client; what is undefined says nothing. Whatever is no option is refused with
 * `input_invalid`: a filter that came in their place, after an argument that was undefined, must not be lost.
 */
export function optionsOf(
  defaults: RequestOptions | undefined,
  given: RequestOptions | undefined,
): RequestOptions | undefined {
  if (given === undefined) {
    return defaults;
  }
  if (typeof given !== 'object' || given === null) {
    throw refused('Request options are an object.');
  }
  const names = Object.keys(given) as (keyof RequestOptions)[];
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    throw refused(`There is no request option ${unknown}.`, unknown);
  }
  const said = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return { ...defaults, ...(Object.fromEntries(said) as RequestOptions) };
}

const refused = (problem: string, path?: string) =>
  new ConnectorError(
    'input_invalid',
    `${problem} They are ${Object.keys(known).join(', ')}. Was an argument before them undefined?`,
    { path: path === undefined ? 'requestOptions' : `requestOptions.${path}` },
  );
