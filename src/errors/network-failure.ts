import type { ErrorCode } from './codes.js';

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

interface Row {
  readonly codes: RegExp;
  readonly code: ErrorCode;
  /** After the host. */
  readonly what: string;
  readonly next: string;
}

/** What the codes of Node, OpenSSL and undici mean for whoever typed the address; the first row that matches. */
const rows: readonly Row[] = [
  {
    codes: /^ENOTFOUND$/,
    code: 'network',
    what: 'could not be found: DNS knows no such name',
    next: 'Check the spelling of the base URL, and the DNS of this machine.',
  },
  {
    codes: /^(?:EAI_\w+|ESERVFAIL|dns_resolution_failed)$/,
    code: 'network',
    what: 'could not be looked up: DNS did not answer',
    next: 'Check the network and the DNS of this machine, then try again.',
  },
  {
    codes: /^ECONNREFUSED$/,
    code: 'network',
    what: 'could not be reached: it refused the connection, as nothing listens on that port',
    next: 'Check the host and port of the base URL, and that the server runs.',
  },
  {
    codes: /^(?:EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    code: 'network',
    what: 'could not be reached: there is no route to it',
    next: 'Check the network of this machine, its VPN and its firewall.',
  },
  {
    codes: /^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/,
    code: 'network',
    what: 'closed the connection before its response was complete',
    next: 'Try again; if that stays, look at the server and at what stands in front of it.',
  },
  {
    codes: /^(?:HPE_\w+|UND_ERR_HEADERS_OVERFLOW)$/,
    code: 'network',
    what: 'sent something that is no HTTP response',
    next: 'Check the port of the base URL.',
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    code: 'tls_failed',
    what: 'sent a certificate that has expired',
    next: 'Have it renewed on the server; if it is new, check the clock of this machine.',
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    code: 'tls_failed',
    what: 'sent a certificate that is not valid yet',
    next: 'Check the clock of this machine, then the certificate.',
  },
  {
    codes: /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|IP_ADDRESS_MISMATCH)$/,
    code: 'tls_failed',
    what: 'sent a certificate for another name',
    next: 'Enter the host that the certificate names as base URL, or have the server send one for this host.',
  },
  {
    codes: /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/,
    code: 'tls_failed',
    what: 'sent a certificate of an authority that is not known here',
    next: 'Write the certificate of that authority into a file (PEM) and start Node.js with NODE_EXTRA_CA_CERTS=<file>; of a public one, have the server send its whole chain.',
  },
  {
    codes: /^(?:CERT_\w+|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|CRL_\w+)$/,
    code: 'tls_failed',
    what: 'sent a certificate that cannot be accepted',
    next: 'Have it replaced on the server.',
  },
  {
    codes: /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/,
    code: 'tls_failed',
    what: 'does not speak https on that port',
    next: 'Correct the port of the base URL, or begin it with http:// where that is allowed.',
  },
  {
    codes: /^HTTP_ON_TLS$/,
    code: 'tls_failed',
    what: 'speaks https on that port',
    next: 'Begin the base URL with https://.',
  },
  {
    codes: /^(?:ERR_SSL_\w+|ERR_TLS_\w+|EPROTO)$/,
    code: 'tls_failed',
    what: 'did not agree on TLS',
    next: 'Check which versions and ciphers of TLS the server takes, and whether it wants a certificate of its client.',
  },
];

const unknown: Omit<Row, 'codes'> = {
  code: 'network',
  what: 'could not be reached',
  next: 'Check the base URL and the network.',
};

/** Does the code say what went wrong on the way? */
export const isNetworkCode = (code: unknown): code is string =>
  typeof code === 'string' && rows.some(({ codes }) => codes.test(code));

/**
 * Why a request to `host` brought no response, by the code of the native error: `network` or `tls_failed`, with the
 * cause and the next step. Nothing else of a native error may be passed on: it may quote the request.
 */
export function networkFailure(nativeCode: unknown, host: string): Failure {
  // Nothing but a code is shown.
  const native = typeof nativeCode === 'string' && /^\w{2,60}$/.test(nativeCode) ? nativeCode : '';
  const { code, next, what } = rows.find(({ codes }) => codes.test(native)) ?? unknown;
  const shown = /^[A-Z][A-Z0-9_]+$/.test(native) ? ` (${native})` : '';
  return { code, message: `${host} ${what}${shown}. ${next}` };
}
