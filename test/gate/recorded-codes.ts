import type { ErrorCode } from '../../src/errors/index.js';

/** Every failure that was recorded, by status and text. What is not here has no code: no catch-all. */
export const codes: Readonly<Record<string, ErrorCode>> = {
  '301 ': 'redirect_refused',
  '400 Expiration time cannot exceed 30 days': 'input_invalid',
  '400 Invalid branch name, contains disallowed character sequences': 'input_invalid',
  '400 Environment variable value not found': 'not_found',
  '400 Invalid JSON': 'input_invalid',
  '400 Invalid project ref for this API key. Make sure you are using an API key associated with that project.':
    'project_ref_invalid',
  '400 Invalid request body': 'input_invalid',
  '400 Invalid request parameters': 'input_invalid',
  '400 Query Error': 'input_invalid',
  '400 Request body is empty': 'input_invalid',
  '400 Some of the variables are already set for these environments. Set override to true to override them.':
    'conflict',
  '400 Unexpected Server Error': 'input_invalid',
  '400 Validation error: …': 'input_invalid',
  '400 You must set at least one valid variable.': 'input_invalid',
  '400 You must set at least one valid variable. All the variables submitted are not allowed.': 'input_invalid',
  '401 Invalid API key': 'unauthorized',
  '401 Invalid Public Access Token': 'unauthorized',
  '401 Invalid or Missing API Key': 'unauthorized',
  '401 Invalid or Missing API key': 'unauthorized',
  '401 Invalid or Missing PAT': 'unauthorized',
  '401 Invalid or Missing Access Token': 'unauthorized',
  '401 No authorization header provided': 'unauthorized',
  '401 No matching branch env': 'branch_not_found',
  '401 Public Access Token is invalid': 'unauthorized',
  '401 x-trigger-branch header required for preview env': 'branch_header_required',
  // The plain text of a channel.
  '403 ': 'forbidden',
  '403 API keys must belong to the parent Preview environment.': 'forbidden',
  '403 Appending to the out channel requires secret key authentication': 'forbidden',
  "403 Requested scopes exceed the API key's access": 'scopes_exceed_key_access',
  '403 Unauthorized': 'forbidden',
  // A page for a route that the server does not have.
  '404 ': 'server_too_old',
  '404 Branch not found': 'branch_not_found',
  '404 Deployment not found': 'not_found',
  '404 Environment not found': 'environment_not_found',
  '404 Environment variable not found': 'not_found',
  '404 Not found': 'not_found',
  '404 Project not found': 'project_not_found',
  '404 Resource not found': 'not_found',
  "404 Run either doesn't exist or is not finished": 'not_found',
  '404 Schedule not found': 'not_found',
  '409 Session is closed; use a different externalId to create a new session': 'conflict',
  '415 Content-Type must be application/x-ndjson or application/ndjson': 'invalid_response',
  '405 ': 'invalid_response',
  '422 Batch batch_nope not found': 'not_found',
  '422 Cannot batch trigger with a one-time use token as it has already been used.': 'token_used',
  '422 Cannot create batch as it has already been created with the same idempotency key.': 'conflict',
  '422 Cannot update a declarative schedule': 'unprocessable',
  '422 Invalid IANA timezone: …': 'unprocessable',
  '422 Invalid cron expression: …': 'unprocessable',
  '422 Task with identifier hello-task is not a scheduled task.': 'unprocessable',
  '422 externalId cannot be changed after creation; close this session and create a new one with the desired externalId':
    'unprocessable',
  '422 Cannot trigger hello-task with a one-time use token as it has already been used.': 'token_used',
  "422 Runs can only have 10 tags, you're trying to set …": 'unprocessable',
  '429 Rate limit exceeded …': 'rate_limited',
  '500 Internal Server Error': 'server_error',
};

/** The text that tells failures apart, without what differs from one to the next. */
export const textOf = (body: unknown): string =>
  (typeof body === 'object' && body !== null
    ? String(Object.entries(body).find(([name]) => /^(?:error|message)$/.test(name))?.[1] ?? '')
    : ''
  )
    .replace(
      /(?<=^Validation error: ).*|(?<=^Rate limit exceeded ).*|(?<=^Invalid (?:IANA timezone|cron expression): ).*/,
      '…',
    )
    .replace(/(?<=trying to set )\d+\./, '…');
