import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ConnectorError, ErrorCode } from '../../errors/index.js';

const groups: readonly { readonly status: ContentfulStatusCode; readonly codes: readonly ErrorCode[] }[] = [
  {
    status: 400,
    codes: [
      'key_required',
      'key_invalid',
      'key_unknown',
      'key_kind_refused',
      'project_ref_required',
      'project_ref_invalid',
      'environment_required',
      'environment_invalid',
      'environment_mismatch',
      'environment_ambiguous',
      'branch_required',
      'branch_header_required',
      'branch_invalid',
      'branch_not_allowed',
      'base_url_invalid',
      'egress_blocked',
      'unusual_host',
      'unknown_field',
      'input_invalid',
      'payload_unserialisable',
      'redacted_value_round_trip',
      'reserved_name',
      'scope_invalid',
      'expiration_invalid',
    ],
  },
  {
    // The caller's own key is right, which 401 would deny: that of the connection is not.
    status: 403,
    codes: [
      'endpoint_not_allowed',
      'unauthorized',
      'auth_revoked',
      'forbidden',
      'key_lacks_full_access',
      'scopes_exceed_key_access',
      'scope_missing',
      'cannot_mint',
    ],
  },
  {
    status: 404,
    codes: ['not_found', 'connection_not_found', 'project_not_found', 'environment_not_found', 'branch_not_found'],
  },
  { status: 409, codes: ['conflict'] },
  { status: 413, codes: ['payload_too_large'] },
  { status: 422, codes: ['unprocessable', 'response_too_large'] },
  { status: 429, codes: ['rate_limited'] },
  { status: 503, codes: ['store_locked', 'store_unavailable', 'aborted'] },
];

const statuses = new Map(groups.flatMap(({ codes, status }) => codes.map((code) => [code, status] as const)));

/** For whoever reads statuses as HTTP means them; whatever else Trigger.dev or the way to it does is 502. */
export const statusOfCode = (code: ErrorCode): ContentfulStatusCode => statuses.get(code) ?? 502;

/** The bucket of Trigger.dev is refilled so often, where an answer names no other time. */
const refillMs = 10_000;

/** Whole seconds until a call may succeed, for `Retry-After`. */
export function retryAfterOf({ code, retryAfterMs }: ConnectorError): string | undefined {
  const ms = retryAfterMs ?? (code === 'rate_limited' ? refillMs : undefined);
  return ms === undefined ? undefined : String(Math.max(1, Math.ceil(ms / 1000)));
}
