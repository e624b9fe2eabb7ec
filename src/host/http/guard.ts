import type { MiddlewareHandler } from 'hono';
import { messagePage } from '../pages/layout.js';

const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
};

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/** Where `@nangohq/frontend` calls from a page of the customer's; nothing else answers across origins. */
const forForms = /^\/(?:api-auth\/api-key\/[^/]+|connect\/(?:session|telemetry)|integrations|providers\/[^/]+)$/;

const corsHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers': 'authorization, content-type, accept-language',
  'access-control-max-age': '600',
  vary: 'origin',
};

export interface GuardOptions {
  /** Origin under which people reach this host, where it is not a loopback address. */
  readonly publicUrl?: string | undefined;
  /** The address that is bound, where it is no loopback address; its port is any. */
  readonly boundHost?: string | undefined;
  /** Origins of pages that may connect from elsewhere. */
  readonly allowOrigins?: readonly string[];
}

/**
 * Loopback is reachable from any page in the same browser: the Host header defeats DNS rebinding,
 * the Origin header forged forms.
 */
export function guard({ allowOrigins = [], boundHost, publicUrl }: GuardOptions): MiddlewareHandler {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  const isOwn = (host: string) =>
    loopbackHost.test(host) || host === publicHost || host.replace(/:\d{1,5}$/, '') === boundHost;
  return async (context, next) => {
    for (const [name, value] of Object.entries(headers)) {
      context.header(name, value);
    }
    const host = context.req.header('host') ?? '';
    if (!isOwn(host)) {
      return context.html(messagePage('Not here', 'This host does not answer under that name.'), 421);
    }
    const origin = context.req.header('origin');
    const isAllowed = origin !== undefined && allowOrigins.includes(origin) && forForms.test(context.req.path);
    if (isAllowed) {
      context.header('access-control-allow-origin', origin);
      for (const [name, value] of Object.entries(corsHeaders)) {
        context.header(name, value);
      }
      if (context.req.method === 'OPTIONS') {
        return context.body(null, 204);
      }
    }
    const changes = context.req.method !== 'GET' && context.req.method !== 'HEAD';
    const isSame = origin === `http://${host}` || origin === publicUrl;
    if (changes && origin !== undefined && !isSame && !isAllowed) {
      return context.html(messagePage('Refused', 'The request came from another site.'), 403);
    }
    return next();
  };
}
