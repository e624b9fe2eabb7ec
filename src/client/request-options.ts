import { ConnectorError } from '../errors/index.js';
import { given } from './api/bind.js';
import type { RequestOptions } from './send.js';

const known: readonly string[] = ['signal', 'timeoutMs', 'retry'] satisfies (keyof RequestOptions)[];

/**
 * The options of a call over those of its client; what is undefined says nothing. Whatever is no option is refused with
 * `input_invalid`: a filter that came in their place, after an argument that was undefined, must not be lost.
 */
export function optionsOf(
  defaults: RequestOptions | undefined,
  options: RequestOptions | undefined,
): RequestOptions | undefined {
  if (options === undefined) {
    return defaults;
  }
  const wrong = Object(options) === options ? Object.keys(options).find((name) => !known.includes(name)) : '';
  if (wrong !== undefined) {
    throw new ConnectorError(
      'input_invalid',
      `Request options are ${known.join(', ')}: was an argument before them undefined?`,
      { path: `requestOptions${wrong && `.${wrong}`}` },
    );
  }
  return { ...defaults, ...(given(options) as RequestOptions) };
}
