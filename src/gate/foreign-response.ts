import type { ErrorCode } from '../errors/index.js';
import type { AnyEndpoint, HttpResponse } from './endpoint.js';
import { header } from './headers.js';

/** So many characters of a page say what it is. */
const looked = 20_000;

const signIn = /type ?= ?["']?password|\b(?:log|sign)[ -]?(?:in|on)\b/i;

/** The page that came in place of data, in words; undefined where the body is none. */
function pageIn(response: HttpResponse): string | undefined {
  const { body } = response;
  const start = typeof body === 'string' ? body.slice(0, looked).trimStart() : '';
  const type = header(response, 'content-type') ?? '';
  if (start === '' || !(start.startsWith('<') || /html|xml/i.test(type))) {
    return undefined;
  }
  if (signIn.test(start)) {
    return 'a login page';
  }
  const isXml = !/html/i.test(type) && (/xml/i.test(type) || /^<\?xml/i.test(start)) && !/<html/i.test(start);
  return isXml ? 'an XML document' : 'an HTML page';
}

/** Is it a page, in place of data or of the text of a stream? */
export const isPage = (response: HttpResponse): boolean => pageIn(response) !== undefined;

/**
 * Does the body look like an error of Trigger.dev? Each that was recorded has a text in `error` (problem details have
 * it too, beside title, detail and type), but for what its framework sends by itself. Other frameworks name a text
 * `error` as well, beside fields that Trigger.dev never sends, or a status without a title.
 */
function isOwnError(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || 'statusCode' in body || 'error_description' in body) {
    return false;
  }
  const { detail, error, message, status, title, type } = body as Record<string, unknown>;
  const isOfOther = typeof status === 'number' && typeof title !== 'string';
  return (
    (typeof error === 'string' && !isOfOther) ||
    ([detail, title, type].every((text) => typeof text === 'string') && type !== 'about:blank') ||
    message === 'Unexpected Server Error'
  );
}

/**
 * Behind channels and subscriptions stand other servers, whose plain texts and messages come through; the key is
 * looked at before, in JSON.
 */
function isOfChannel({ routes }: Pick<AnyEndpoint, 'routes'>, { body, status }: HttpResponse): boolean {
  if (status === 401 || !routes.some(({ path }) => path.startsWith('/realtime/'))) {
    return false;
  }
  return typeof body === 'string'
    ? body.trim() !== ''
    : typeof (body as { message?: unknown } | null)?.message === 'string';
}

/** They say something about the key, the input or what is asked for, so they must be the word of the API itself. */
const telling = new Set([400, 401, 403, 404, 409, 413, 422]);

function otherIn(endpoint: AnyEndpoint, response: HttpResponse): string | undefined {
  const { body, status } = response;
  if (!telling.has(status) || isOwnError(body) || isOfChannel(endpoint, response)) {
    return undefined;
  }
  return whatIs(body);
}

const whatIs = (body: unknown) =>
  typeof body !== 'string' ? 'of another API' : body.trim() === '' ? 'empty' : 'plain text';

/** What a success holds that is not of the shape of the endpoint. */
export const oddIn = (response: HttpResponse): string =>
  pageIn(response) ?? (typeof response.body === 'string' ? whatIs(response.body) : 'JSON of another shape');

function nextStep(status: number): string {
  if (status === 401 || status === 403) {
    return 'Something in front of the API, such as a proxy or a firewall, refuses the request; that says nothing about the key. Check the base URL, and have the request let through.';
  }
  if (status === 413) {
    return 'Something in front of the API takes no request of this size: send less, or raise its limit.';
  }
  return status === 408 || status === 429 || status >= 500
    ? 'Something in front of the API is busy or cannot reach it. Try again later.'
    : 'Check the base URL, and what stands in front of the API.';
}

const httpOnTls = /plain HTTP (?:request was sent|to an SSL)|HTTP request to an HTTPS server/i;

/**
 * Why a response is not the word of Trigger.dev, whatever its status: a page, another API, something on the way.
 * Undefined where it may be Trigger.dev's: its JSON, the plain text of channels, an empty 405; and what a busy
 * gateway sends in JSON or text, which is told by its status. Never a code that lasts, or that means a thing is gone.
 */
export function foreignResponse(
  endpoint: AnyEndpoint,
  response: HttpResponse,
): { readonly code: ErrorCode; readonly message: string } | undefined {
  const { body, status } = response;
  if (status === 407) {
    return {
      code: 'proxy_failed',
      message:
        'A proxy in between responded with 407: it requires a user and password. Add them to the proxy variable.',
    };
  }
  if (status === 400 && typeof body === 'string' && httpOnTls.test(body.slice(0, looked))) {
    return { code: 'tls_failed', message: 'This port speaks https. Begin the base URL with https://.' };
  }
  const page = pageIn(response);
  if (status === 404 && page !== undefined && page !== 'an XML document') {
    return {
      code: 'server_too_old',
      message: 'This server has no such route, or is no Trigger.dev API. Upgrade it, or check the base URL.',
    };
  }
  const what = page ?? otherIn(endpoint, response);
  return what === undefined
    ? undefined
    : {
        code: 'invalid_response',
        message: `The response (status ${status}) is ${what}, not Trigger.dev's. ${nextStep(status)}`,
      };
}
