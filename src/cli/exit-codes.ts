import { ConnectorError, type ErrorCode } from '../errors/index.js';

/** 0 ok · 1 unexpected · 2 usage or validation · 3 authentication · 4 not allowed · 5 not found · 6 rate limit or upstream · 130 interrupted */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

const groups: readonly { exit: ExitCode; codes: readonly ErrorCode[] }[] = [
  { exit: 1, codes: ['store_locked', 'store_unavailable', 'checkpoint_mismatch', 'checkpoint_too_large'] },
  {
    exit: 3,
    codes: ['unauthorized', 'branch_header_required', 'auth_revoked', 'token_expired', 'token_used', 'token_signature'],
  },
  {
    exit: 4,
    codes: [
      'endpoint_not_allowed',
      'forbidden',
      'key_lacks_full_access',
      'scopes_exceed_key_access',
      'scope_missing',
      'environment_ambiguous',
      'cannot_mint',
    ],
  },
  {
    exit: 5,
    codes: ['not_found', 'project_not_found', 'environment_not_found', 'branch_not_found', 'connection_not_found'],
  },
  {
    exit: 6,
    codes: [
      'rate_limited',
      'network',
      'timeout',
      'server_error',
      'invalid_response',
      'response_too_large',
      'redirect_refused',
      'cursor_cycle',
      'conflict',
      'server_too_old',
      'platform_error',
    ],
  },
  { exit: 130, codes: ['aborted'] },
];

const exits = new Map(groups.flatMap(({ exit, codes }) => codes.map((code) => [code, exit] as const)));

/** Every code that is not listed is about what was typed. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return exits.get(code) ?? 2;
}

export function exitCodeOfError(error: unknown): ExitCode {
  return error instanceof ConnectorError ? exitCodeOf(error.code) : 1;
}
