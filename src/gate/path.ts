import { ConnectorError } from '../errors/index.js';

// WHATWG URLs collapse these, raw or percent-encoded, into another path.
const dotSegment = /^(?:\.|%2e){1,2}$/i;

/** Fills `{name}` in a path template; every value stays one segment, whatever it holds. */
export function fillPath(template: string, values: Readonly<Record<string, string>>, endpoint: string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === '' || dotSegment.test(value)) {
      throw new ConnectorError('input_invalid', `${name} cannot be part of a path.`, { path: name, endpoint });
    }
    try {
      return encodeURIComponent(value);
    } catch {
      throw new ConnectorError('input_invalid', `${name} holds half of a character pair.`, { path: name, endpoint });
    }
  });
}
