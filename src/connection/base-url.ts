import type { ErrorCode } from '../errors/index.js';
import { placeOfHost } from './host.js';

/** What the operator (code or environment, never a form field) allows. */
export interface ConnectionPolicy {
  /** Allow loopback and private addresses. Link-local and metadata addresses stay refused. */
  allowPrivateHosts?: boolean;
  /** Allow `http:`. */
  allowHttp?: boolean;
  /** Allow a `tr_` key of a family that this version does not know. */
  allowUnknownKey?: boolean;
}

export const defaultBaseUrl = 'https://api.trigger.dev';

export type BaseUrl = { ok: true; origin: string; unusual?: string } | { ok: false; code: ErrorCode; message: string };

const refuse = (code: ErrorCode, message: string): BaseUrl => ({ ok: false, code, message });
const noHost = () =>
  refuse('base_url_invalid', 'The base URL is not a host or URL. Enter a host such as api.trigger.dev.');

/** Is this host one that a credential may be sent to? Asked when a connection is made, and again at every send. */
export function egressProblem(hostname: string, policy: ConnectionPolicy): string | undefined {
  const place = placeOfHost(hostname);
  if (place === 'linkLocal') {
    return 'Link-local and metadata addresses are never called.';
  }
  if (place !== 'public' && policy.allowPrivateHosts !== true) {
    return `The host is a ${place} address. Use a public host, or have the operator set allowPrivateHosts (TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS).`;
  }
  return undefined;
}

/** A host, `host:port` or origin as a person types it, to one canonical origin. Nothing of a bad value is echoed. */
export function parseBaseUrl(value: string, policy: ConnectionPolicy = {}): BaseUrl {
  // What the form is filled in with, and most people leave.
  if (value === defaultBaseUrl || value === 'api.trigger.dev') {
    return { ok: true, origin: defaultBaseUrl };
  }
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `https://${value}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return noHost();
  }
  const { hostname, pathname, port, protocol } = url;
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return refuse('base_url_invalid', 'The base URL must not hold a user name or password. Enter only the host.');
  }
  if (protocol !== 'https:' && protocol !== 'http:') {
    return refuse('base_url_invalid', 'The base URL must start with https://.');
  }
  // The text is looked at too: the parser drops surplus slashes, dot segments and an empty query.
  if (pathname !== '/' || !/^[^/]*\/\/[^/]+\/?$/.test(text) || /[?#\\\s\p{Cc}]/u.test(value)) {
    return refuse('base_url_invalid', 'The base URL must not hold a path or query. Enter only the host.');
  }
  if (protocol === 'http:' && policy.allowHttp !== true) {
    return refuse(
      'base_url_invalid',
      'The base URL must use https://. The operator can allow http (TRIGGER_CONNECTOR_ALLOW_HTTP).',
    );
  }
  const problem = egressProblem(hostname, policy);
  if (problem !== undefined) {
    return refuse('egress_blocked', problem);
  }
  const host = hostname.replace(/\.$/, '');
  // The parser lets pass what no host has: empty labels, `${…}`, quotes, port 0.
  if (!/^(?:\[[0-9a-f:]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/.test(host) || port === '0') {
    return noHost();
  }
  // A cut-off 8.8.8. would be read as 8.8.0.8: the key must not go where nobody meant it to.
  if (/^[\d.]+$/.test(host) && /\/\/([\d.]*\d)\.?(?:[:/]|$)/.exec(text)?.[1] !== host) {
    return refuse('base_url_invalid', 'Enter an IPv4 address in full, as four decimal numbers.');
  }
  const origin = `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
  return /(?:^|\.)xn--/.test(host) ? { ok: true, origin, unusual: host } : { ok: true, origin };
}
