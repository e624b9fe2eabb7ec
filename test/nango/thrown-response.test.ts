import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/errors/index.js';
import { thrownResponse } from '../../src/nango/thrown-response.js';

const path = '/api/v1/runs';
const convert = (error: unknown) => thrownResponse(error, 'runs.list', path);
const url = (of: string) => ({ config: { url: of } });

/** As axios, Nango's runner and its egress rules make them. */
const failed = (fields: object) => Object.assign(new Error('Request failed: Bearer tr_prod_secret'), fields);

describe('what the proxy threw', () => {
  it('is the response of the API where that answered', () => {
    const response = { status: 404, headers: { 'x-a': '1' }, data: { error: 'Run not found' } };
    expect(convert(failed({ response, ...url(`https://api.trigger.dev${path}`) }))).toEqual({
      status: 404,
      headers: { 'x-a': '1' },
      body: { error: 'Run not found' },
    });
  });

  it('is the response of whoever stands at the base URL, also where its errors look like those of Nango', () => {
    const response = { status: 401, headers: {}, data: { error: { code: 'InvalidToken', message: 'No' } } };
    expect(convert(failed({ response, ...url(`https://graph.example.com${path}`) }))).toMatchObject({ status: 401 });
  });

  it.each([
    {
      what: 'Nango does not know the connection any more',
      error: { response: { status: 404, headers: {}, data: { error: { code: 'unknown_connection', message: 'No' } } } },
      code: 'platform_error',
    },
    {
      what: 'Nango answers without a body of its own',
      error: { response: { status: 502, headers: {}, data: '' }, ...url('http://localhost:3003/connections/c1?x=y') },
      code: 'platform_error',
    },
    {
      what: 'Nango cannot be reached',
      error: { code: 'ECONNREFUSED', ...url('http://localhost:3003/connection/c1') },
      code: 'platform_error',
    },
    { what: 'Nango says so', error: { code: 'failed_to_get_connection' }, code: 'platform_error' },
    { what: 'a private host', error: { name: 'OutboundUrlError', code: 'denied_ip' }, code: 'egress_blocked' },
    {
      what: 'a private host, wrapped',
      error: { code: 'ERR_BAD', cause: { code: 'denied_dns' } },
      code: 'egress_blocked',
    },
    { what: 'a name that nobody knows', error: { code: 'dns_resolution_failed' }, code: 'network' },
    { what: 'a certificate that has expired', error: { code: 'CERT_HAS_EXPIRED' }, code: 'tls_failed' },
    {
      what: 'a certificate of nobody, wrapped',
      error: { code: 'ERR_BAD_REQUEST', cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
      code: 'tls_failed',
    },
    { what: 'a server without TLS', error: { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, code: 'tls_failed' },
    {
      what: 'a host that refuses',
      error: { code: 'ECONNREFUSED', ...url(`https://down.example.com${path}`) },
      code: 'network',
    },
    {
      what: 'a host with such a path',
      error: { code: 'ECONNRESET', ...url(`https://example.com/connections/x${path}`) },
      code: 'network',
    },
  ])('is $code where $what, and quotes nothing', ({ code, error }) => {
    expect(() => convert(failed(error))).toThrow(expect.objectContaining({ name: 'ConnectorError', code }));
    expect(() => convert(failed(error))).not.toThrow(/secret/);
  });

  it.each([
    ['ECONNREFUSED', /^runs\.list: the API could not be reached: it refused the connection.* \(ECONNREFUSED\)\. Check/],
    ['ENOTFOUND', /DNS knows no such name/],
    ['CERT_HAS_EXPIRED', /a certificate that has expired.*renewed/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['whatever: Bearer', /^runs\.list: the API could not be reached\. Check the base URL and the network\.$/],
  ])('names the cause and the next step: %s', (code, says) => {
    expect(() => convert(failed({ code }))).toThrow(says);
  });

  it.each(['script_aborted', 'execution_timeout', 'execution_interrupted'])('stays what it is: %s', (code) => {
    const stop = failed({ code, payload: {} });
    expect(() => convert(stop)).toThrow(stop);
  });

  it('stays the error of the local host', () => {
    expect(() => convert(new ConnectorError('egress_blocked', 'Private.'))).toThrow(
      expect.objectContaining({ code: 'egress_blocked', message: 'Private.', endpoint: 'runs.list' }),
    );
  });
});
