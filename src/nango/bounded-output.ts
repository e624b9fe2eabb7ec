import { utf8Length } from '../connection/text.js';
import { ConnectorError } from '../errors/index.js';
import { largestOutput } from './limits.js';

/** The output of an action, where Nango passes it on; `response_too_large` otherwise, with what to do about it. */
export function boundedOutput<Output>(endpoint: string | undefined, output: Output): Output {
  const text = JSON.stringify(output) ?? '';
  // No text has more bytes than three for each unit: nearly always that is proof enough.
  const bytes = text.length * 3 > largestOutput ? utf8Length(text) : 0;
  if (bytes > largestOutput) {
    throw new ConnectorError(
      'response_too_large',
      `The output has ${bytes} bytes, and Nango passes on at most ${largestOutput}. Ask for fewer items per page (limit), or call the API for this one.`,
      { endpoint },
    );
  }
  return output;
}
