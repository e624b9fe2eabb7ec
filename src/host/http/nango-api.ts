import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../host.js';
import { integrationId } from '../nango-connection.js';
import { ProxyError } from '../runner/proxy.js';

/** The largest body of a proxied request, in bytes. */
const largestBody = 16 * 1024 * 1024;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Nango's errors: a code, and for people a message. */
const failure = (context: Context, status: ContentfulStatusCode, code: string, message: string) =>
  context.json({ error: { code, message } }, status);

/** Lets in whoever has the API key. Digests are compared, so the time taken tells nothing of it. */
function withApiKey(apiKey: string): MiddlewareHandler {
  const expected = digest(apiKey);
  return async (context, next) => {
    const [, given] = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '') ?? [];
    if (given === undefined) {
      return failure(context, 401, 'missing_auth_header', 'Send the API key: Authorization: Bearer …');
    }
    if (!timingSafeEqual(digest(given), expected)) {
      return failure(context, 401, 'unknown_account', 'This is not the API key of this host.');
    }
    return next();
  };
}

const idOf = (context: Context) => context.req.param('id') ?? '';

/** What a caller may set; the rest is the connection's, or of this hop. */
const ownHeaders = new Set(['authorization', 'host', 'cookie', 'connection', 'content-length', 'transfer-encoding']);

const prefix = 'nango-proxy-';

function proxiedHeaders(context: Context): Record<string, string> {
  const given = Object.entries(context.req.header())
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  const refused = given.find(([name]) => ownHeaders.has(name));
  if (refused !== undefined) {
    throw new ConnectorError('input_invalid', `The header ${refused[0]} is the connection’s own and cannot be set.`);
  }
  const type = context.req.header('content-type');
  return { ...(type !== undefined && { 'content-type': type }), ...Object.fromEntries(given) };
}

/** Headers of an answer that say something to its reader. */
const passedOn = /^(?:content-type|x-ratelimit-.*|x-should-retry|x-trigger-.*)$/;

function answered(context: Context, { data, headers, status }: ProxyError['response']): Response {
  for (const [name, value] of Object.entries(headers as Record<string, unknown>)) {
    if (passedOn.test(name) && typeof value === 'string') {
      context.header(name, value);
    }
  }
  const code = status as ContentfulStatusCode;
  return typeof data === 'string' ? context.body(data, code) : context.json(data as object, code);
}

const pathOf = (context: Context) => new URL(context.req.url).pathname.replace(/^\/proxy(?=\/)/, '');

async function proxy(context: Context, host: Host): Promise<Response> {
  const id = context.req.header('connection-id') ?? '';
  if (context.req.header('base-url-override')) {
    throw new ConnectorError('egress_blocked', 'A connection talks to its own host only: leave Base-Url-Override out.');
  }
  const method = context.req.method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  const data = await context.req.text();
  const retries = Number(context.req.header('retries') ?? 0);
  const send = host.proxyOf(id, context.req.raw.signal);
  try {
    const answer = await send({
      method,
      endpoint: pathOf(context),
      params: context.req.query(),
      headers: proxiedHeaders(context),
      retries: Number.isInteger(retries) ? Math.min(Math.max(retries, 0), 10) : 0,
      ...(data !== '' && { data }),
    });
    return answered(context, answer);
  } catch (error) {
    if (error instanceof ProxyError) {
      return answered(context, error.response);
    }
    throw error;
  }
}

const statuses: Partial<Record<ConnectorError['code'], ContentfulStatusCode>> = {
  connection_not_found: 404,
  not_found: 404,
  input_invalid: 400,
  egress_blocked: 400,
};

/** The part of Nango's API that `nango dryrun` uses. */
export function nangoApi(host: Host, apiKey: string): Hono {
  const api = new Hono();
  const allowed = withApiKey(apiKey);
  for (const path of ['/connections/*', '/connection/*', '/integrations/*', '/proxy/*']) {
    api.use(path, allowed);
  }
  const tooLarge = (context: Context) => failure(context, 413, 'request_too_large', 'A body is at most 16 MiB.');
  api.use('/proxy/*', bodyLimit({ maxSize: largestBody, onError: tooLarge }));
  api.onError((error, context) =>
    error instanceof ConnectorError
      ? failure(context, statuses[error.code] ?? 502, error.code, error.message)
      : failure(context, 500, 'server_error', 'This is a defect of the connector.'),
  );

  api.get('/connections', (context) => {
    const wanted = context.req.query('connectionId');
    const connections = host.store
      .connections()
      .filter(({ id }) => host.isConnected(id) && (wanted === undefined || wanted === id))
      .map(({ id }) => {
        const { connection_id, metadata, provider, provider_config_key } = host.nangoConnection(id);
        const nothing = { errors: [], end_user: null, tags: {} };
        return { id, connection_id, provider_config_key, provider, created: null, metadata, ...nothing };
      });
    return context.json({ connections });
  });
  // The second is the older path, which the CLI still asks.
  for (const path of ['/connections/:id', '/connection/:id']) {
    api.get(path, (context) => context.json({ id: idOf(context), ...host.nangoConnection(idOf(context)) }));
  }
  api.get('/integrations/:id', (context) =>
    idOf(context) === integrationId
      ? context.json({ data: { unique_key: integrationId, provider: integrationId, display_name: 'Trigger.dev' } })
      : failure(context, 404, 'not_found', `There is one integration here: ${integrationId}.`),
  );
  api.all('/proxy/*', (context) => proxy(context, host));
  return api;
}
