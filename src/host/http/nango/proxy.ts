import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ConnectorError } from '../../../errors/index.js';
import { freeHeaders } from '../../../gate/index.js';
import { ProxyError } from '../../runner/proxy.js';
import { Refusal } from '../refusal.js';
import { connectionOf, type NangoApi } from './context.js';

/** What a caller may not set: it is the connection's, or of this hop; a header without a name cannot be sent. */
const ownHeaders = new Set([
  '',
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

const prefix = 'nango-proxy-';

function givenHeaders(context: Context): Record<string, string> {
  const given = Object.entries(context.req.header())
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  const refused = given.find(([name]) => ownHeaders.has(name));
  if (refused !== undefined) {
    const message = `The header ${refused[0] || 'without a name'} is the connection’s own and cannot be set.`;
    throw new ConnectorError('input_invalid', message);
  }
  const type = context.req.header('content-type');
  return { ...(type !== undefined && { 'content-type': type }), ...Object.fromEntries(given) };
}

/** Headers of an answer that say something to its reader. */
const passedOn = /^(?:content-type|x-ratelimit-.*|x-should-retry|x-trigger-.*)$/;

const isJson = /^application\/(?:[\w.-]+\+)?json\b/i;

function answered(context: Context, { data, headers, status }: ProxyError['response']): Response {
  const given = headers as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (passedOn.test(name) && typeof value === 'string') {
      context.header(name, value);
    }
  }
  const code = status as ContentfulStatusCode;
  // A text that was read from JSON is JSON again; an empty one is no body, as of 204.
  const isText = typeof data === 'string' && (data === '' || !isJson.test(String(given['content-type'])));
  return isText ? context.body(data, code) : context.json(data as object, code);
}

const pathOf = (context: Context) => new URL(context.req.url).pathname.replace(/^\/proxy(?=\/)/, '');

/** The API takes lists with commas; of a name that comes twice, all but one value would be lost. */
function queryOf(context: Context): Record<string, string> {
  const [repeated] = Object.entries(context.req.queries()).find(([, values]) => values.length > 1) ?? [];
  if (repeated !== undefined) {
    throw new ConnectorError('input_invalid', 'A query parameter may come once: write a list with commas.', {
      path: repeated,
    });
  }
  return context.req.query();
}

function retriesOf(context: Context): number {
  const retries = Number(context.req.header('retries') ?? 0);
  return Number.isInteger(retries) ? Math.min(Math.max(retries, 0), 10) : 0;
}

/** ANY /proxy/…: the connection's own host and key, its branch by the rules of the gate, and nothing else. */
export function addProxy(api: Hono, nango: NangoApi): void {
  const { access, host } = nango;
  api.all('/proxy/*', access.withApiKey, async (context) => {
    const id = connectionOf(nango, context, {
      unknown: () => new Refusal(400, 'server_error', 'There is no connection of that id for that integration.'),
    });
    if (context.req.header('base-url-override')) {
      throw new Refusal(
        400,
        'base_url_override_not_allowed',
        'A connection talks to its own host only: leave Base-Url-Override out.',
      );
    }
    const endpoint = pathOf(context);
    const headers = freeHeaders(host.connections.get(id), endpoint, givenHeaders(context));
    const data = await context.req.text();
    try {
      const answer = await host.proxyOf(
        id,
        context.req.raw.signal,
      )({
        method: context.req.method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
        endpoint,
        params: queryOf(context),
        headers,
        retries: retriesOf(context),
        ...(data !== '' && { data }),
      });
      return answered(context, answer);
    } catch (error) {
      if (error instanceof ProxyError) {
        return answered(context, error.response);
      }
      throw error;
    }
  });
}
