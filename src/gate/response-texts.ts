import type { ErrorCode } from '../errors/index.js';

interface Told {
  readonly status: number;
  readonly text: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  /** Means this only as an answer of this endpoint. */
  readonly endpoint?: string;
  /** The server's own text follows the message, for it may mean something else. */
  readonly quotes?: true;
}

/** Texts as a real server sends them; the first that matches names the code. */
export const told: readonly Told[] = [
  {
    status: 401,
    text: /branch header required/i,
    code: 'branch_header_required',
    message: 'A preview key needs the name of its preview branch. Enter it in the connection.',
  },
  {
    status: 401,
    text: /no matching branch/i,
    code: 'branch_not_found',
    message: 'The preview branch does not exist or is archived; names are case-sensitive.',
  },
  {
    status: 404,
    text: /branch not found/i,
    code: 'branch_not_found',
    message: 'The preview branch does not exist or is archived; names are case-sensitive.',
  },
  {
    status: 404,
    text: /project not found/i,
    code: 'project_not_found',
    message: 'There is no such project, or this key has no access to it. Check the project ref.',
  },
  {
    status: 404,
    text: /environment not found/i,
    code: 'environment_not_found',
    message: 'This project has no such environment.',
  },
  {
    status: 400,
    text: /invalid project ref/i,
    code: 'project_ref_invalid',
    message: 'This key belongs to another project. Correct the project ref, or use a key of that project.',
  },
  {
    status: 400,
    text: /environment variable value not found/i,
    code: 'not_found',
    message: 'This environment has no variable of that name.',
  },
  {
    status: 400,
    text: /already set for these environments/i,
    code: 'conflict',
    message: 'A variable of this name exists. Update it, or ask for override.',
  },
  {
    status: 422,
    text: /already been created with the same idempotency key/i,
    code: 'conflict',
    message: 'A batch with this idempotency key exists. Use another key, or keys of single items.',
  },
  {
    status: 422,
    text: /batch .* is already sealed/i,
    code: 'conflict',
    message: 'This batch has all its items and takes no more.',
  },
  {
    status: 422,
    text: /^batch .* not found/i,
    code: 'not_found',
    message: 'There is no such batch in this environment.',
  },
  {
    status: 422,
    text: /one-time use token/i,
    code: 'token_used',
    message:
      'This token may be used once and was used (some servers also refuse a second one-time token of the same environment). Mint a new one.',
  },
  {
    status: 422,
    // How the server words it is not documented, only the status.
    text: /(?:)/,
    endpoint: 'runs.list',
    code: 'unprocessable',
    message: 'The list would cost the server too much. Narrow the time window: pass `from` and `to`, closer together.',
    quotes: true,
  },
];
