import type { MiddlewareHandler } from 'hono';
import { messagePage } from '../pages/layout.js';

const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
};

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/**
 * Loopback is reachable from any page in the same browser: the Host header defeats DNS rebinding,
 * the Origin header forged forms.
 */
export const guard: MiddlewareHandler = async (context, next) => {
  for (const [name, value] of Object.entries(headers)) {
    context.header(name, value);
  }
  const host = context.req.header('host') ?? '';
  if (!loopbackHost.test(host)) {
    return context.html(messagePage('Not here', 'This host answers only on loopback addresses.'), 421);
  }
  const origin = context.req.header('origin');
  const changes = context.req.method !== 'GET' && context.req.method !== 'HEAD';
  if (changes && origin !== undefined && origin !== `http://${host}`) {
    return context.html(messagePage('Refused', 'The request came from another site.'), 403);
  }
  return next();
};
