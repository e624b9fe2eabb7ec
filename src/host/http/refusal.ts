import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as z from 'zod';
import { ConnectorError, type ErrorCode, redact } from '../../errors/index.js';

/** One problem of a request, as Nango tells it. */
export interface RequestProblem {
  readonly code: string;
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** An answer of Nango's API that says no: its status and code are Nango's. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly problems: readonly RequestProblem[] | undefined;
  readonly payload: unknown;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: { problems?: readonly RequestProblem[]; payload?: unknown } = {},
  ) {
    super(redact(message));
    this.status = status;
    this.code = code;
    this.problems = more.problems;
    this.payload = more.payload;
  }
}

const statuses: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  connection_not_found: 404,
  not_found: 404,
  input_invalid: 400,
  payload_unserialisable: 400,
  egress_blocked: 400,
  branch_not_allowed: 400,
  branch_invalid: 400,
  environment_mismatch: 400,
  store_locked: 503,
  store_unavailable: 503,
  rate_limited: 429,
};

function asRefusal(error: Error): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  return error instanceof ConnectorError
    ? new Refusal(statuses[error.code] ?? 502, error.code, error.message)
    : new Refusal(500, 'server_error', 'This is a defect of the connector.');
}

/** `{error: {code, message, errors?, payload?}}`, as every error of Nango's API. */
export function refused(context: Context, error: Error): Response {
  const { code, message, payload, problems, status } = asRefusal(error);
  const body = { code, message, ...(problems && { errors: problems }), ...(payload !== undefined && { payload }) };
  return context.json({ error: body }, status);
}

const wheres = { body: 'invalid_body', query: 'invalid_query_params', headers: 'invalid_headers' } as const;

/** A part of a request by its schema; 400 with every problem otherwise. */
export function parsePart<Schema extends z.ZodType>(
  where: keyof typeof wheres,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.map(({ code, message, path }) => ({
    code,
    // zod names unknown keys, and one of them may be a pasted secret.
    message: redact(message),
    path: path.map((step) => (typeof step === 'number' ? step : redact(String(step)))),
  }));
  throw new Refusal(400, wheres[where], `The ${where} of this request cannot be used.`, { problems });
}

/** A JSON body by its schema. */
export async function parseBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  return parsePart('body', schema, await context.req.json().catch(() => undefined));
}
