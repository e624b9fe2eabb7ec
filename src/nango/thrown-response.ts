import { ConnectorError, isErrorCode } from '../errors/index.js';
import { isNetworkCode, networkFailure } from '../errors/network-failure.js';
import type { HttpResponse } from '../gate/index.js';
import { isStop, nangoCode, platformError } from './platform.js';

export const headersOf = (headers: unknown) => (typeof headers === 'object' && headers !== null ? { ...headers } : {});

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** The response that an HTTP error of the proxy carries. */
function responseOf(error: unknown): HttpResponse | undefined {
  const response = fieldOf(error, 'response');
  const status = fieldOf(response, 'status');
  return typeof status === 'number'
    ? { status, headers: headersOf(fieldOf(response, 'headers')), body: fieldOf(response, 'data') }
    : undefined;
}

const connectionUrl = /\/connections?\/[^/?]+(?:\?|$)/;

const urlOf = (error: unknown): string => {
  const url = fieldOf(fieldOf(error, 'config'), 'url');
  return typeof url === 'string' ? url : '';
};

/** Did the request fail that asks Nango's own API for the connection? The proxy sends one each minute. */
function isOfPlatform(error: unknown, path: string): boolean {
  const url = urlOf(error);
  return connectionUrl.test(url) && !url.includes(path);
}

// Of NangoHQ/nango, packages/egress/lib/errors.ts and shared/lib/services/proxy/utils.ts.
const egressCodes: ReadonlySet<unknown> = new Set([
  'invalid_scheme',
  'denied_hostname',
  'denied_ip',
  'denied_dns',
  'allowlist_miss',
  'redirect_denied',
  'proxy_redirect_to_denied_host',
  'base_url_override_not_allowed',
  'base_url_override_disabled',
]);

/** The codes of an error and of what caused it. */
function codesOf(error: unknown): unknown[] {
  const codes: unknown[] = [];
  for (let current = error, depth = 0; current !== undefined && depth < 5; depth += 1) {
    codes.push(fieldOf(current, 'code'));
    current = fieldOf(current, 'cause');
  }
  return codes;
}

function failureOf(error: unknown, name: string, path: string): unknown {
  const code = fieldOf(error, 'code');
  if (isStop(error)) {
    return error;
  }
  if (fieldOf(error, 'name') === 'ConnectorError' && isErrorCode(code)) {
    // The local host's proxy fails with our own error, made in another realm.
    return new ConnectorError(code, String(fieldOf(error, 'message')), { endpoint: name });
  }
  const codes = codesOf(error);
  if (isOfPlatform(error, path) || codes.includes('failed_to_get_connection')) {
    return platformError('read the connection', undefined);
  }
  if (codes.some((one) => egressCodes.has(one))) {
    return new ConnectorError(
      'egress_blocked',
      `${name}: Nango does not let functions reach this host. Enter a public host as base URL, or have the operator of Nango allow this one (NANGO_OUTBOUND_URL_POLICY).`,
      { endpoint: name, field: 'baseUrl' },
    );
  }
  // Nothing but the code: the rest may quote the request.
  const failure = networkFailure(codes.find(isNetworkCode) ?? code, 'the API');
  return new ConnectorError(failure.code, `${name}: ${failure.message}`, { endpoint: name, field: 'baseUrl' });
}

/**
 * What the proxy threw, turned back into the response of the API. Throws a stop of the platform as it is, `platform_error`
 * where Nango itself failed, `egress_blocked` where it refuses the host, `tls_failed` or `network` for anything else.
 */
export function thrownResponse(error: unknown, name: string, path: string): HttpResponse {
  const response = responseOf(error);
  const code = nangoCode(response?.body);
  // Other APIs write their errors as Nango does: theirs come from the address that was asked.
  if (code !== undefined && !urlOf(error).includes(path)) {
    throw platformError('read the connection', code);
  }
  if (response === undefined || isOfPlatform(error, path)) {
    throw failureOf(error, name, path);
  }
  return response;
}
