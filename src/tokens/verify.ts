import { algorithm, audience, issuer } from '../api/index.js';
import { ConnectorError, type ErrorCode } from '../errors/index.js';
import { readToken } from './claims.js';
import { inspectToken, type TokenInspection } from './inspect.js';

const messages: Partial<Record<ErrorCode, string>> = {
  token_algorithm: `The token is not signed with ${algorithm}.`,
  token_signature: 'The token was not signed with this key, or was changed.',
  token_issuer: 'The token was not issued by Trigger.dev.',
  token_audience: 'The token is not for the Trigger.dev API.',
  token_no_expiry: 'The token never expires.',
  token_expired: 'The token has expired.',
  token_malformed: 'The token is not one of Trigger.dev.',
};

const refuse = (code: ErrorCode) => new ConnectorError(code, messages[code]);

/** jose says which claim is wrong; the error itself carries the claims, so it is not passed on. */
function codeOf(error: unknown): ErrorCode {
  const { claim, code } = error as { claim?: unknown; code?: unknown };
  if (code === 'ERR_JWT_EXPIRED') {
    return 'token_expired';
  }
  if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') {
    return 'token_signature';
  }
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    return claim === 'iss' ? 'token_issuer' : claim === 'aud' ? 'token_audience' : 'token_malformed';
  }
  return 'token_malformed';
}

/**
 * Checks a token as RFC 8725 asks: the algorithm is fixed, issuer and audience have to match, it has to expire.
 * `secretKey` is the root key of its environment; for a branch, that of preview.
 * Throws `token_malformed`, `token_algorithm`, `token_signature`, `token_issuer`, `token_audience`, `token_no_expiry`
 * or `token_expired`.
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export async function verifyToken(token: string, secretKey: string): Promise<TokenInspection> {
  const { claims, header } = readToken(token);
  if (header['alg'] !== algorithm) {
    throw refuse('token_algorithm');
  }
  if (typeof secretKey !== 'string' || secretKey === '') {
    throw new ConnectorError('key_required', 'Pass the secret key that signed the token.');
  }
  const { jwtVerify } = await import('jose');
  const key = new TextEncoder().encode(secretKey);
  try {
    await jwtVerify(token.trim(), key, { algorithms: [algorithm], issuer, audience });
  } catch (error) {
    throw refuse(codeOf(error));
  }
  if (claims.exp === undefined) {
    throw refuse('token_no_expiry');
  }
  if (claims.pub !== true) {
    throw refuse('token_malformed');
  }
  return inspectToken(token);
}
