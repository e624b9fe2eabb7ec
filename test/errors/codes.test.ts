import { describe, expect, it } from 'vitest';
import { type CodeRow, ConnectorError, errorCodes, isErrorCode, isLasting } from '../../src/errors/index.js';

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
  rate_limited redirect_refused network tls_failed proxy_failed timeout aborted invalid_response response_too_large server_error
  checkpoint_mismatch checkpoint_too_large platform_error cursor_cycle sync_stalled auth_revoked
  store_locked store_unavailable store_full package_missing`
  .trim()
  .split(/\s+/);

describe('error codes', () => {
  it('are exactly these', () => {
    expect(Object.keys(errorCodes)).toEqual(pinned);
  });

  it.each(Object.entries(errorCodes))('%s has a hint that is a sentence', (_, { hint }) => {
    expect(hint).toMatch(/^[A-Z].{8,}\.$/);
  });

  it('do not compile without one of their columns', () => {
    const whole: CodeRow = { concern: 'call', status: 400, exit: 2, retry: 'never', hint: 'Correct the input.' };
    const { concern: _, ...rest } = whole;
    // @ts-expect-error it does not say whom it concerns
    const incomplete: CodeRow = rest;
    expect(Object.keys(incomplete).sort()).toEqual(['exit', 'hint', 'retry', 'status']);
    expect(Object.values(errorCodes).map((row) => Object.keys(row).sort().join())).toEqual(
      Object.values(errorCodes).map(() => Object.keys(whole).sort().join()),
    );
  });

  it.each([
    [new ConnectorError('unauthorized'), true],
    [new ConnectorError('checkpoint_too_large'), true],
    [new ConnectorError('not_found'), false],
    [new ConnectorError('server_error'), false],
    [new ConnectorError('aborted'), false],
    [new TypeError('a defect'), false],
    [undefined, false],
  ])('isLasting(%s) is %j', (error, expected) => {
    expect(isLasting(error)).toBe(expected);
  });

  it('follow from each other: what never succeeds unchanged is refused, not a failure of the server', () => {
    const rows: [string, CodeRow][] = Object.entries(errorCodes);
    const where = (wanted: (row: CodeRow) => boolean) => rows.filter(([, row]) => wanted(row)).map(([code]) => code);
    expect(where(({ retry, status }) => retry === 'never' && status >= 500)).toEqual([
      'checkpoint_too_large',
      'package_missing',
    ]);
    expect(where(({ concern, retry }) => concern === 'server' && retry === 'never')).toEqual([]);
    expect(where(({ concern, retry }) => retry === 'now' && concern !== 'server')).toEqual([]);
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
