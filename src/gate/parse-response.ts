import type { Connection } from '../connection/index.js';
import { ConnectorError, type ErrorCode, redact } from '../errors/index.js';
import type { AnyEndpoint, HttpResponse, OutputOf } from './endpoint.js';
import { foreignResponse, isPage, oddIn } from './foreign-response.js';
import { header, retryAfterMs } from './headers.js';
import { readWith } from './plain-check.js';
import { told } from './response-texts.js';

/** What an answer alone does not tell. */
export interface ResponseContext {
  /** Milliseconds since 1970, for saying how long a rate limit lasts. */
  readonly now?: number;
  /** Some answers mean another thing for another kind of key. */
  readonly connection?: Connection;
}

/** What the server says is wrong, in one line; never a page of HTML, never a whole body. */
function serverText(body: unknown): string {
  if (typeof body !== 'object' || body === null) {
    return '';
  }
  const { detail, details, error, issues, message } = body as Record<string, unknown>;
  const text = [error, detail, message].find((candidate) => typeof candidate === 'string');
  const [first] = [details, issues].filter(Array.isArray).flat() as (
    | { message?: unknown; path?: unknown }
    | undefined
  )[];
  const where = Array.isArray(first?.path) ? `${first.path.join('.')}: ` : '';
  const more = typeof first?.message === 'string' ? ` (${where}${first.message})` : '';
  // Masked before it is cut: half a key would not be recognised.
  return typeof text === 'string' ? redact(`${text}${more}`.slice(0, 10_000)).replace(/\s+/g, ' ').slice(0, 300) : '';
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'input_invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  409: 'conflict',
  413: 'payload_too_large',
  422: 'unprocessable',
  429: 'rate_limited',
};

const explained: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'The server does not accept this key. Check that it is right and was not revoked or rotated.',
  forbidden: 'The key is valid but lacks the permission for this call. Use a key with that permission.',
  key_lacks_full_access:
    'The server refuses this additional key. It takes only unrestricted keys here, and answers a restricted one as it answers a wrong one: use a key without restrictions, and check the key if other calls fail too.',
};

const wrongBranch = ' With a preview branch it can also mean that this branch does not exist or is archived.';

/** Older routes say 401 to whatever they do not take, without saying which it is. */
function vague401(
  { fullAccess }: AnyEndpoint,
  connection: Connection | undefined,
): { code: ErrorCode; more: string } | undefined {
  if (fullAccess !== true || connection === undefined) {
    return undefined;
  }
  const more = connection.previewBranch === undefined ? '' : wrongBranch;
  return { code: connection.kind === 'additional' ? 'key_lacks_full_access' : 'unauthorized', more };
}

/** The error of an answer that is not a success. */
export function responseError(
  endpoint: AnyEndpoint,
  response: HttpResponse,
  { connection, now }: ResponseContext = {},
): ConnectorError {
  const { status } = response;
  const { docs, name } = endpoint;
  const text = serverText(response.body);
  const details = { endpoint: name, status, docs };
  if (status >= 300 && status < 400) {
    return new ConnectorError('redirect_refused', `${name}: ${redirectText(response)}`, {
      ...details,
      field: 'baseUrl',
    });
  }
  const wait = now === undefined ? undefined : retryAfterMs(response, now);
  const foreign = foreignResponse(endpoint, response);
  if (foreign !== undefined) {
    return new ConnectorError(foreign.code, `${name}: ${foreign.message}`, {
      ...details,
      retryAfterMs: status === 429 ? wait : undefined,
    });
  }
  const match = told.find((row) => row.status === status && (row.endpoint ?? name) === name && row.text.test(text));
  if (match !== undefined) {
    const quoted = match.quotes === true && text !== '' ? ` The server answered: ${text}` : '';
    return new ConnectorError(match.code, `${name}: ${match.message}${quoted}`, details);
  }
  if (isCode(response.body, 'scopes_exceed_key_access')) {
    const denied = (response.body as { deniedScopes?: unknown }).deniedScopes;
    const which = Array.isArray(denied) ? `: ${denied.slice(0, 20).join(', ')}` : '';
    return new ConnectorError(
      'scopes_exceed_key_access',
      `${name}: these scopes go beyond what this key may do${which}.`,
      details,
    );
  }
  const code = byStatus[status] ?? (status >= 500 ? 'server_error' : 'invalid_response');
  if (code === 'rate_limited') {
    const when = wait === undefined ? 'Try again later.' : `Try again in ${Math.ceil(wait / 1000)} s.`;
    return new ConnectorError(code, `${name}: the rate limit is used up. ${when}`, {
      ...details,
      retryAfterMs: wait,
    });
  }
  const vague = status === 401 ? vague401(endpoint, connection) : undefined;
  if (vague !== undefined) {
    return new ConnectorError(vague.code, `${name}: ${explained[vague.code]}${vague.more}`, details);
  }
  const said =
    explained[code] ?? (text === '' ? `The server answered ${status}.` : `The server answered ${status}: ${text}`);
  return new ConnectorError(code, `${name}: ${said}`, details);
}

function isCode(body: unknown, code: string): boolean {
  return typeof body === 'object' && body !== null && (body as Record<string, unknown>)['code'] === code;
}

function redirectText(response: HttpResponse): string {
  let host = 'another place';
  let isLogin = false;
  try {
    const location = header(response, 'location') ?? '';
    const url = new URL(location);
    // Read, it is in lower case, in which a key would not be known.
    const written = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(location)?.[1] ?? '';
    host = (redact(written) === written ? url.host : redact(written)) || host;
    isLogin = /log-?in|log-?on|sign-?in|\bsso\b|saml|oauth|captive|portal/i.test(`${url.hostname}${url.pathname}`);
  } catch {
    // A path is of this server.
  }
  return isLogin
    ? `the server redirects to ${host}, which looks like a login of the network or of a proxy. Log in there, or have requests to the API let through.`
    : `the server redirects to ${host}. A key is never sent after a redirect: enter the final host as base URL.`;
}

/** The checked output of an answer. Pure; throws `ConnectorError`, with `invalid_response` naming the path that is wrong. */
export function parseResponse<Row extends AnyEndpoint>(
  endpoint: Row,
  response: HttpResponse,
  context: ResponseContext = {},
): OutputOf<Row> {
  if (response.status < 200 || response.status >= 300) {
    throw responseError(endpoint, response, context);
  }
  const isData = typeof response.body !== 'string' || !isPage(response);
  const { data, path } = isData ? readWith(endpoint.output(), response.body) : { data: undefined, path: '' };
  if (path === undefined) {
    return data as OutputOf<Row>;
  }
  throw new ConnectorError(
    'invalid_response',
    `${endpoint.name}: the response is ${oddIn(response)}, not what a Trigger.dev API gives${path === '' ? '' : ` (at ${path})`}. Check the base URL.`,
    { endpoint: endpoint.name, status: response.status, path },
  );
}
