/** Who can do something about it: whoever connects, gives permissions, calls, holds the token, or runs the server or the host. */
export type Concern = 'connection' | 'permission' | 'call' | 'token' | 'server' | 'operator';

/**
 * When the same call can succeed with nothing changed: `now` (a retry within the call may do), `later`, or `never`, where
 * the key, the target, the input or a setting has to change first.
 */
export type Retry = 'now' | 'later' | 'never';

/** Of `POST /actions/{name}`; 401 would deny the key of the caller, which is right. */
export type Status = 400 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 502 | 503 | 507;

/** 0 ok · 1 unexpected · 2 usage or validation · 3 authentication · 4 not allowed · 5 not found · 6 rate limit or upstream · 130 interrupted */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

export interface CodeRow {
  readonly concern: Concern;
  readonly status: Status;
  readonly exit: ExitCode;
  readonly retry: Retry;
  /** The default next step; a message may be more precise. */
  readonly hint: string;
}

const row = (concern: Concern, status: Status, exit: ExitCode, retry: Retry, hint: string): CodeRow => ({
  concern,
  status,
  exit,
  retry,
  hint,
});
const field = (hint: string) => row('connection', 400, 2, 'never', hint);
const permission = (hint: string) => row('permission', 403, 4, 'never', hint);
const input = (hint: string) => row('call', 400, 2, 'never', hint);
const missing = (hint: string) => row('connection', 404, 5, 'never', hint);
const upstream = (retry: Retry, hint: string) => row('server', 502, 6, retry, hint);

/**
 * Every way in which this package says no: who can act, the status and the exit code, when a retry helps, and what to
 * do about it. Closed: a code is added on purpose, never reused for another meaning.
 */
export const errorCodes = {
  key_required: field('Paste a secret key or a personal access token.'),
  key_invalid: field('Copy the whole key again from the Trigger.dev dashboard.'),
  key_unknown: field(
    'Use a secret key (tr_dev_, tr_stg_, tr_prod_, tr_preview_) or a personal access token (tr_pat_).',
  ),
  key_kind_refused: field('Use a secret key or a personal access token instead.'),
  project_ref_required: field('Copy the project ref from Project settings, General (proj_…).'),
  project_ref_invalid: field('Copy the project ref from Project settings, General (proj_…).'),
  environment_required: field('Choose an environment: dev, staging, prod or preview.'),
  environment_invalid: field('Choose one of dev, staging, prod, preview.'),
  environment_mismatch: field('Use the key of that environment, or leave the environment empty.'),
  environment_ambiguous: row('connection', 400, 4, 'never', 'Use the secret key of that environment instead.'),
  branch_required: field('Enter the name of the preview branch.'),
  branch_invalid: field('Enter the branch name as git shows it, for example feature/login.'),
  branch_not_allowed: field('Leave the preview branch empty, or choose the preview environment.'),
  base_url_invalid: field('Enter a host such as api.trigger.dev or trigger.example.com.'),
  egress_blocked: field('Use a public https address, or ask the operator to allow private hosts.'),
  unusual_host: field('Check that this is the host you mean.'),
  unknown_field: field('Remove the field.'),
  provider_config_invalid: row('operator', 400, 2, 'never', 'Correct the provider config.'),
  endpoint_not_allowed: permission('Connect with a kind of key that may call it.'),
  input_invalid: input('Correct the input.'),
  payload_too_large: row('call', 413, 2, 'never', 'Send less, or store the data elsewhere and send a link.'),
  payload_unserialisable: input('Send only JSON values.'),
  redacted_value_round_trip: input('Leave the redacted value out.'),
  reserved_name: input('Choose another name.'),
  unauthorized: row('connection', 403, 3, 'never', 'Check that the key is right and was not revoked or rotated.'),
  branch_header_required: row('connection', 400, 3, 'never', 'Enter the name of the preview branch.'),
  branch_not_found: missing('Check the spelling and case of the branch, and that it is not archived.'),
  key_lacks_full_access: permission('Use a key without restrictions.'),
  forbidden: permission('Give the key the permission that this call needs, or use another key.'),
  scopes_exceed_key_access: permission('Ask for fewer scopes, or use a key with more access.'),
  not_found: row('call', 404, 5, 'later', 'Check the id, and that it belongs to this environment.'),
  project_not_found: missing('Check the project ref, and that the key has access to that project.'),
  environment_not_found: missing('Check the environment of this project.'),
  connection_not_found: row('call', 404, 5, 'never', 'Check the connection id, or connect first.'),
  conflict: row('call', 409, 6, 'later', 'Read the current state and try again.'),
  unprocessable: row('call', 422, 2, 'later', 'Correct the input as the message says.'),
  server_too_old: upstream('later', 'Upgrade the Trigger.dev server, or check that the base URL is a Trigger.dev API.'),
  token_malformed: row('token', 400, 2, 'never', 'Pass the whole token.'),
  token_signature: row('token', 403, 3, 'never', 'Check the key that signed the token.'),
  token_algorithm: row('token', 400, 2, 'never', 'Use a token that Trigger.dev issued.'),
  token_issuer: row('token', 400, 2, 'never', 'Use a token that Trigger.dev issued.'),
  token_audience: row('token', 400, 2, 'never', 'Use a token that Trigger.dev issued.'),
  token_no_expiry: row('token', 400, 2, 'never', 'Mint a token with an expiration.'),
  token_expired: row('token', 403, 3, 'never', 'Mint a new token.'),
  token_used: row('token', 403, 3, 'never', 'Mint a new token: this one could be used once.'),
  scope_missing: permission('Mint a token with the scope that the call needs.'),
  scope_invalid: input('Correct the scope.'),
  expiration_invalid: input('Give an expiration in the future, at most 30 days ahead.'),
  cannot_mint: permission('Mint with a secret key.'),
  rate_limited: row('server', 429, 6, 'now', 'Wait until the limit resets, then try again.'),
  redirect_refused: upstream('later', 'Check the base URL: the API itself never redirects.'),
  network: upstream('now', 'Check the base URL and the network.'),
  tls_failed: upstream(
    'later',
    'Have the server send a valid certificate, or trust its authority with NODE_EXTRA_CA_CERTS.',
  ),
  proxy_failed: upstream('later', 'Correct the proxy variable (HTTPS_PROXY, HTTP_PROXY), or the proxy.'),
  timeout: upstream('now', 'Try again, or allow more time.'),
  aborted: row('call', 503, 130, 'later', 'The caller cancelled the call.'),
  invalid_response: upstream('later', 'Check that the base URL is a Trigger.dev API.'),
  response_too_large: row('call', 422, 6, 'later', 'Ask for less.'),
  server_error: upstream('now', 'Try again later.'),
  checkpoint_mismatch: row('operator', 409, 1, 'never', 'Reset the checkpoint to start a fresh window.'),
  checkpoint_too_large: row('operator', 500, 1, 'never', 'Report this.'),
  platform_error: upstream('now', 'Try again later.'),
  cursor_cycle: upstream('later', 'Report this: the server repeats a page.'),
  sync_stalled: upstream('later', 'Wait: the sync is retried later, from its checkpoint.'),
  auth_revoked: row('connection', 403, 3, 'never', 'Replace the key of this connection.'),
  store_locked: row('operator', 503, 1, 'later', 'Stop the other process that uses this store.'),
  store_unavailable: row('operator', 503, 1, 'later', 'Check the path and the disk.'),
  store_full: row('operator', 507, 1, 'later', 'Make room, or allow more.'),
  package_missing: row('operator', 500, 1, 'never', 'Install the package that the message names.'),
};

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}
