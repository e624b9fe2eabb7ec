import { describe, expect, it } from 'vitest';
import { endpointNames, endpoints, serverMinted, verify } from '../../src/api/index.js';
import { ConnectorError, type ErrorCode, isLasting } from '../../src/errors/index.js';
import { type Ask, type HttpResponse, parseResponse } from '../../src/gate/index.js';
import { found } from '../../src/nango/sync/calls.js';
import { connections } from './connections.js';

const html = { 'content-type': 'text/html; charset=utf-8' };
const json = { 'content-type': 'application/json' };
const plain = { 'content-type': 'text/plain' };
const page = '<!DOCTYPE html><html lang="en"><head><title>Blocked</title></head><body>Request 17 blocked</body></html>';
const login = '<html><body><form><input name="p" type="password"></form></body></html>';
const response = (status: number, body: unknown, headers: HttpResponse['headers'] = {}): HttpResponse => ({
  status,
  headers,
  body,
});

/** Whatever is asked, this is what comes. */
const answered =
  (came: HttpResponse): Ask =>
  async (name) =>
    parseResponse(name, came, { now: 0, connection: connections.root });

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => (error instanceof ConnectorError ? error.code : error),
  );

interface Row {
  readonly what: string;
  readonly came: HttpResponse;
  /** Of a call for one run, and so of a sync that looks for one: false where it takes the run for gone. */
  readonly run: ErrorCode | false;
  readonly status: 'limited' | 'rejected' | 'unverifiable';
  /** Of the verification, where it is not that of the call. */
  readonly verified?: ErrorCode;
  /** Of minting: with `server_too_old` a root key signs locally. */
  readonly mint: ErrorCode;
  readonly says: RegExp;
}

const foreign = (what: string, came: HttpResponse, says: RegExp): Row => ({
  what,
  came,
  run: 'invalid_response',
  status: 'unverifiable',
  mint: 'invalid_response',
  says,
});

const table: readonly Row[] = [
  // Pages, whatever their status.
  foreign('a page of a firewall', response(400, page, html), /\(status 400\) is an HTML page/),
  foreign('a page of a firewall', response(401, page, html), /says nothing about the key/),
  foreign('a page of a firewall', response(403, page, html), /says nothing about the key/),
  foreign('a login page', response(401, login, html), /is a login page/),
  foreign('a login page', response(403, `\uFEFF\n ${login}`), /is a login page/),
  foreign('a page', response(405, page, html), /an HTML page/),
  foreign('a page', response(408, page, html), /Try again later/),
  foreign('a page', response(409, page, html), /an HTML page/),
  foreign('a page', response(410, page, html), /an HTML page/),
  foreign('a page of a gateway', response(413, page, html), /no request of this size/),
  foreign('a page', response(422, page, html), /an HTML page/),
  foreign('a page of a gateway', response(429, page, html), /Try again later/),
  foreign('a page of a gateway', response(500, page, html), /Try again later/),
  foreign('a page of a gateway', response(502, page, html), /Try again later/),
  foreign('a page of a gateway', response(503, page, html), /Try again later/),
  foreign('a captive portal', response(511, login, html), /is a login page/),
  foreign('a page that says to be text', response(403, page, plain), /an HTML page/),
  foreign('text that says to be a page', response(403, 'Forbidden', html), /an HTML page/),
  foreign('a document of a store of files', response(403, '<?xml version="1.0"?><Error/>'), /an XML document/),
  foreign('a document of a store of files', response(404, '<?xml version="1.0"?><Error/>'), /an XML document/),
  foreign('a login page in place of data', response(200, login, html), /is a login page/),
  foreign('a page in place of data', response(200, page, html), /is an HTML page/),
  // Text and nothing where Trigger.dev sends JSON.
  foreign('text', response(401, 'Unauthorized', plain), /is plain text/),
  foreign('text', response(403, 'RBAC: access denied', plain), /is plain text/),
  foreign('text', response(404, '404 page not found\n', plain), /is plain text/),
  foreign('text in place of data', response(200, 'OK', plain), /is plain text/),
  foreign('nothing', response(400, ''), /is empty/),
  foreign('nothing', response(401, ''), /is empty/),
  foreign('nothing', response(403, ' \n', html), /is empty/),
  foreign('nothing', response(404, null), /another API/),
  foreign('nothing', response(404, ''), /is empty/),
  foreign('nothing in place of data', response(200, ''), /is empty/),
  foreign('nothing in place of data', response(204, ''), /is empty/),
  // Another API.
  foreign('an API gateway', response(401, { message: 'Unauthorized' }, json), /another API/),
  foreign('an API gateway', response(403, { message: 'Missing Authentication Token' }, json), /another API/),
  foreign('an API gateway', response(404, { message: 'no Route matched with those values' }, json), /another API/),
  foreign('a framework', response(404, { statusCode: 404, error: 'Not Found', message: 'Cannot GET' }), /another API/),
  foreign('a framework', response(404, { timestamp: 1, status: 404, error: 'Not Found', path: '/' }), /another API/),
  foreign('an OAuth server', response(401, { error: 'invalid_token', error_description: 'No' }), /another API/),
  foreign('a cloud', response(401, { error: { code: 401, message: 'No', status: 'UNAUTHENTICATED' } }), /another API/),
  foreign('a problem of another API', response(404, { type: 'about:blank', title: 'No', status: 404 }), /another API/),
  foreign('a framework', response(404, { status: 404, error: 'Not Found' }), /another API/),
  foreign('a firewall', response(403, { error: 'Forbidden', status: 403, ray: 'x' }), /another API/),
  foreign(
    'a problem with a detail',
    response(404, { title: 'No', status: 404, detail: 'No resource.' }),
    /another API/,
  ),
  foreign('a problem with a detail', response(403, { type: 'about:blank', title: 'No', detail: 'No.' }), /another API/),
  foreign('an API gateway', response(413, { message: 'Request Too Long' }, json), /no request of this size/),
  foreign('a server of files', response(413, 'Payload Too Large', plain), /no request of this size/),
  foreign('nothing', response(413, ''), /no request of this size/),
  foreign('a list', response(401, [{ error: 'No' }]), /another API/),
  foreign('a text in JSON', response(401, 'Unauthorized', json), /is plain text/),
  foreign('a number', response(404, 404), /another API/),
  foreign('an object without a word', response(404, {}), /another API/),
  foreign('JSON of another shape in place of data', response(200, { ok: true }, json), /JSON of another shape/),
  foreign('a list in place of data', response(200, [1]), /JSON of another shape/),
  // A page for a route that is not there: Trigger.dev's own, or anybody's.
  {
    what: 'a page for a missing route',
    came: response(404, page, html),
    run: 'server_too_old',
    status: 'unverifiable',
    verified: 'invalid_response',
    mint: 'server_too_old',
    says: /no such route, or is no Trigger\.dev API/,
  },
  {
    what: 'a login page for a missing route',
    came: response(404, login, html),
    run: 'server_too_old',
    status: 'unverifiable',
    verified: 'invalid_response',
    mint: 'server_too_old',
    says: /no such route/,
  },
  // A status that says where it comes from.
  ...[page, '', { message: 'Proxy Authentication Required' }].map(
    (body): Row => ({
      what: 'a proxy that wants a password',
      came: response(407, body),
      run: 'proxy_failed',
      status: 'unverifiable',
      mint: 'proxy_failed',
      says: /407.*user and password/,
    }),
  ),
  ...[
    response(400, '<html><h1>400</h1>The plain HTTP request was sent to HTTPS port</html>', html),
    response(400, 'Client sent an HTTP request to an HTTPS server.\n', plain),
    response(400, '<p>You&#39;re speaking plain HTTP to an SSL-enabled server port.</p>', html),
  ].map(
    (came): Row => ({
      what: 'http where https is spoken',
      came,
      run: 'tls_failed',
      status: 'unverifiable',
      mint: 'tls_failed',
      says: /https:\/\//,
    }),
  ),
  {
    what: 'a captive portal that redirects',
    came: response(302, page, { ...html, location: 'https://portal.example/login?next=x' }),
    run: 'redirect_refused',
    status: 'unverifiable',
    mint: 'redirect_refused',
    says: /redirects to portal\.example.*looks like a login/,
  },
  // A gateway that is busy says nothing about the key, in JSON, in text or not at all.
  ...([429, 500, 502, 503, 504] as const).flatMap((status) =>
    [{ message: 'Busy' }, 'upstream connect error', '', { error: 'Busy' }].map(
      (body): Row => ({
        what: 'a busy gateway or server',
        came: response(status, body),
        run: status === 429 ? 'rate_limited' : 'server_error',
        status: 'unverifiable',
        mint: status === 429 ? 'rate_limited' : 'server_error',
        says: status === 429 ? /rate limit/ : new RegExp(`answered ${status}`),
      }),
    ),
  ),
  // Trigger.dev's own.
  {
    what: 'a wrong key',
    came: response(401, { error: 'Invalid API key' }),
    run: 'unauthorized',
    status: 'rejected',
    mint: 'unauthorized',
    says: /does not accept this key/,
  },
  {
    what: 'a key without the permission',
    came: response(403, { error: 'Unauthorized', code: 'unauthorized', param: 'access_token', type: 'authorization' }),
    run: 'forbidden',
    status: 'limited',
    mint: 'forbidden',
    says: /lacks the permission/,
  },
  {
    what: 'a run that is gone',
    came: response(404, { error: 'Run not found' }),
    run: false,
    status: 'unverifiable',
    verified: 'invalid_response',
    mint: 'server_too_old',
    says: /Run not found/,
  },
  {
    what: 'a problem of the rate limiter without its extra text',
    came: response(401, { title: 'Unauthorized', status: 401, type: 'x', detail: 'No authorization header provided' }),
    run: 'unauthorized',
    status: 'rejected',
    mint: 'unauthorized',
    says: /does not accept this key/,
  },
  {
    what: 'what the framework of the server sends',
    came: response(400, { message: 'Unexpected Server Error' }),
    run: 'input_invalid',
    status: 'unverifiable',
    mint: 'input_invalid',
    says: /Unexpected Server Error/,
  },
];

const cases = table.map((row) => [row.what, row.came.status, JSON.stringify(row.came.body), row] as const);

describe('who answered', () => {
  it.each(cases)('%s: %i %s', async (_, status, __, { came, mint, run, says, verified, ...verification }) => {
    const ask = answered(came);
    const code = run === false ? 'not_found' : run;
    const error = await ask(endpoints['runs.retrieve'], { runId: 'run_1' }).catch(
      (thrown: unknown) => thrown as ConnectorError,
    );
    expect(error).toMatchObject({ name: 'ConnectorError', code, status, endpoint: 'runs.retrieve' });
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toMatch(/<|Request 17|next=/);
    // A sync deletes a record only where the API itself says that its run is gone.
    expect(await codeOf(found(ask(endpoints['runs.retrieve'], { runId: 'run_1' })))).toBe(run);
    expect(await verify(connections.root, ask)).toMatchObject({
      status: verification.status,
      code: verified ?? code,
    });
    expect(await codeOf(serverMinted(ask, { scopes: ['read:runs'] }))).toBe(mint);
    // Nothing but the API's own word ends a schedule.
    expect(isLasting(error)).toBe(['unauthorized', 'forbidden', 'input_invalid'].includes(code));
  });

  it.each(endpointNames)('a page or another API is no response of %s', (name) => {
    for (const status of [200, 201, 204, 400, 401, 403, 409, 422, 429, 500, 503]) {
      expect(() => parseResponse(endpoints[name], response(status, page, html))).toThrow(
        expect.objectContaining({ code: 'invalid_response', status }),
      );
    }
    for (const status of [400, 401, 403, 404, 409, 422]) {
      for (const body of [[], {}, 1, null, { error: { message: 'No' } }]) {
        expect(() => parseResponse(endpoints[name], response(status, body))).toThrow(
          expect.objectContaining({ code: 'invalid_response', status }),
        );
      }
    }
  });

  it.each(['sessions.append', 'sessions.records', 'sessions.subscribe'] as const)('text may be of %s', (name) => {
    const refused = response(403, 'Appending to the out channel requires secret key authentication', plain);
    expect(() => parseResponse(endpoints[name], refused)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it('a message alone may be of a subscription: the protocol behind it has no other', () => {
    const refused = response(400, { message: 'Invalid request', errors: { offset: ['is invalid'] } });
    expect(() => parseResponse(endpoints['runs.subscribeToRun'], refused)).toThrow(
      expect.objectContaining({ code: 'input_invalid', message: expect.stringContaining('Invalid request') }),
    );
  });

  it('a page with a time to wait keeps that time', () => {
    const busy = response(429, page, { ...html, 'retry-after': '9' });
    expect(() => parseResponse(endpoints['runs.list'], busy, { now: 0 })).toThrow(
      expect.objectContaining({ retryAfterMs: 9_000 }),
    );
  });
});
