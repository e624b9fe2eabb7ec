import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as z from 'zod';
import { ConnectorError, errorCodes, redact } from '../../errors/index.js';
import { retryAfterOf } from './retry-after.js';

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
  /** Seconds. */
  readonly retryAfter: string | undefined;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: { problems?: readonly RequestProblem[]; payload?: unknown; retryAfter?: string | undefined } = {},
  ) {
    super(redact(message));
    this.status = status;
    this.code = code;
    this.problems = more.problems;
    this.payload = more.payload;
    this.retryAfter = more.retryAfter;
  }
}

function asRefusal(error: Error): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  return error instanceof ConnectorError
    ? new Refusal(errorCodes[error.code].status, error.code, error.message, { retryAfter: retryAfterOf(error) })
    : new Refusal(500, 'server_error', 'This is a defect of the connector.');
}

/** `{error: {code, message, errors?, payload?}}`, as every error of Nango's API. */
export function refused(context: Context, error: Error): Response {
  const { code, message, payload, problems, retryAfter, status } = asRefusal(error);
  if (retryAfter !== undefined) {
    context.header('retry-after', retryAfter);
  }
  const body = { code, message, ...(problems && { errors: problems }), ...(payload !== undefined && { payload }) };
  return context.json({ error: body }, status);
}

const wheres = {
  body: 'invalid_body',
  query: 'invalid_query_params',
  headers: 'invalid_headers',
  uri: 'invalid_uri_params',
} as const;

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
  return parsePart('body', schema, await jsonOf(context));
}

/** A JSON body; 400 for another text, and undefined for none. */
export async function jsonOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'invalid_json', 'The body is not JSON.');
  }
}
