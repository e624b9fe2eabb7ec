import { ConnectorError } from '../errors/index.js';
import { type AnyEndpoint, type HttpResponse, header } from '../gate/index.js';

/** What came in place of what a subscription gets. */
export const notAShape = ({ name }: Pick<AnyEndpoint, 'name'>): ConnectorError =>
  new ConnectorError(
    'invalid_response',
    `${name}: the response is not what a Trigger.dev API sends to a subscription. Check the base URL.`,
    { endpoint: name },
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const operations: ReadonlySet<unknown> = new Set(['insert', 'update', 'delete']);

const isChange = ({ headers, key, value }: Record<string, unknown>) =>
  typeof key === 'string' && isObject(value) && operations.has((headers as Record<string, unknown>)['operation']);

/** A change of a row, or a word of the protocol; a newer server may know more of those. */
function isMessage(message: unknown): message is Record<string, unknown> {
  if (!isObject(message) || !isObject(message['headers'])) {
    return false;
  }
  const { control, event } = message['headers'];
  return 'key' in message ? isChange(message) : typeof control === 'string' || typeof event === 'string';
}

const isOffset = (text: string | undefined) =>
  text !== undefined && /^(?:-1|now|\d{1,32}_(?:\d{1,32}|inf))$/.test(text);

export interface ShapePart {
  /** Where the next request goes on. */
  readonly offset: string;
  readonly hasChanges: boolean;
}

/**
 * What the client of the shape protocol may read: it trusts what it gets, and ends the process over what it cannot
 * read. Undefined for whatever else a server sends.
 */
export function shapePartOf(response: HttpResponse): ShapePart | undefined {
  const { body, status } = response;
  const messages: unknown = status === 204 ? [] : body;
  const offset = header(response, 'electric-offset');
  const isShape =
    (status === 200 || status === 204) &&
    isOffset(offset) &&
    (header(response, 'electric-handle') ?? '') !== '' &&
    Array.isArray(messages) &&
    messages.every(isMessage);
  return isShape ? { offset: offset ?? '', hasChanges: messages.some((message) => 'key' in message) } : undefined;
}
