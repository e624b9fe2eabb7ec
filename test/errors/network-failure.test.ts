import { describe, expect, it } from 'vitest';
import { networkFailure } from '../../src/errors/network-failure.js';

const table = [
  ['ENOTFOUND', 'network', 'DNS knows no such name'],
  ['EAI_AGAIN', 'network', 'DNS did not answer'],
  ['ESERVFAIL', 'network', 'DNS did not answer'],
  ['dns_resolution_failed', 'network', 'DNS did not answer'],
  ['ECONNREFUSED', 'network', 'nothing listens'],
  ['EHOSTUNREACH', 'network', 'no route'],
  ['ENETUNREACH', 'network', 'no route'],
  ['ECONNRESET', 'network', 'closed the connection'],
  ['EPIPE', 'network', 'closed the connection'],
  ['UND_ERR_SOCKET', 'network', 'closed the connection'],
  ['HPE_INVALID_CONSTANT', 'network', 'no HTTP response'],
  ['UND_ERR_HEADERS_OVERFLOW', 'network', 'no HTTP response'],
  ['CERT_HAS_EXPIRED', 'tls_failed', 'has expired'],
  ['CERT_NOT_YET_VALID', 'tls_failed', 'not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed', 'another name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed', 'NODE_EXTRA_CA_CERTS'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed', 'NODE_EXTRA_CA_CERTS'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_failed', 'NODE_EXTRA_CA_CERTS'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed', 'whole chain'],
  ['CERT_REVOKED', 'tls_failed', 'cannot be accepted'],
  ['INVALID_PURPOSE', 'tls_failed', 'cannot be accepted'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed', 'does not speak https'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'tls_failed', 'does not speak https'],
  ['HTTP_ON_TLS', 'tls_failed', 'begin the base URL with https://'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_failed', 'did not agree on TLS'],
  ['EPROTO', 'tls_failed', 'did not agree on TLS'],
  ['EMFILE', 'network', 'could not be reached (EMFILE). Check the base URL and the network.'],
] as const;

describe('what went wrong on the way', () => {
  it.each(table)('%s is %s: %s', (native, code, says) => {
    const failure = networkFailure(native, 'trigger.example.com');
    expect(failure.code).toBe(code);
    expect(failure.message.toLowerCase()).toContain(says.toLowerCase());
    expect(failure.message).toMatch(/^trigger\.example\.com /);
    // A cause and a next step.
    expect(failure.message.split('. ').length).toBeGreaterThan(1);
  });

  it.each([undefined, '', 7, {}, 'a text with words', 'Bearer\r\n', 'X'.repeat(200)])(
    'shows nothing of %j',
    (native) => {
      expect(networkFailure(native, 'a.example')).toEqual({
        code: 'network',
        message: 'a.example could not be reached. Check the base URL and the network.',
      });
    },
  );
});
