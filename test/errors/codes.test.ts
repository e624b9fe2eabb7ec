import { describe, expect, it } from 'vitest';
import { errorCodes, isErrorCode } from '../../src/errors/index.js';

// Others branch on these: a change here is a change of the public surface.
const pinned = `
  key_required key_invalid key_unknown key_kind_refused
  project_ref_required project_ref_invalid
  environment_required environment_invalid environment_mismatch environment_ambiguous
  branch_required branch_invalid branch_not_allowed
  base_url_invalid egress_blocked unusual_host
  unknown_field provider_config_invalid
  endpoint_not_allowed input_invalid payload_too_large payload_unserialisable redacted_value_round_trip reserved_name
  unauthorized branch_header_required branch_not_found key_lacks_full_access forbidden scopes_exceed_key_access
  not_found project_not_found environment_not_found connection_not_found
  conflict unprocessable server_too_old
  token_malformed token_signature token_algorithm token_issuer token_audience token_no_expiry token_expired token_used
  scope_missing scope_invalid expiration_invalid cannot_mint
  rate_limited redirect_refused network timeout aborted invalid_response response_too_large server_error
  checkpoint_mismatch checkpoint_too_large platform_error cursor_cycle auth_revoked
  store_locked store_unavailable`
  .trim()
  .split(/\s+/);

describe('error codes', () => {
  it('are exactly these', () => {
    expect(Object.keys(errorCodes)).toEqual(pinned);
  });

  it.each(Object.entries(errorCodes))('%s has a hint that is a sentence', (_, hint) => {
    expect(hint).toMatch(/^[A-Z].{8,}\.$/);
  });

  it.each([
    ['key_required', true],
    ['KEY_REQUIRED', false],
    ['', false],
    ['toString', false],
    ['__proto__', false],
    [undefined, false],
    [7, false],
  ])('isErrorCode(%j) is %j', (value, expected) => {
    expect(isErrorCode(value)).toBe(expected);
  });
});
