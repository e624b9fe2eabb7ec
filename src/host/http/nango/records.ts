import type { Context, Handler, Hono, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { cursorOf, nangoRecord } from '../../store/nango-record.js';
import type { LastAction } from '../../store/store.js';
import { parsePart, Refusal } from '../refusal.js';
import { connectionOf, type NangoApi } from './context.js';

const actions = ['added', 'updated', 'deleted'] as const;

const filter = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum([...actions, 'ADDED', 'UPDATED', 'DELETED'])));

/** Of the bodies of a page: larger ones would hold the host, and its memory, for one reader. */
const mostBytes = 4 * 1024 * 1024;

const longestAgoMs = 365 * 24 * 60 * 60_000;

/** As at Nango: UTC, and nothing older than a year. Both are said of a text that is no time. */
const since = z.string().superRefine((text, context) => {
  if (!z.iso.datetime().safeParse(text).success) {
    context.addIssue({
      code: 'invalid_format',
      format: 'datetime',
      message: 'This is not a time in UTC: 2026-01-31T12:00:00Z.',
    });
  }
  if (!(Date.parse(text) >= Date.now() - longestAgoMs)) {
    context.addIssue({ code: 'custom', message: 'The time must be within the last 12 months.' });
  }
});

/** What a filter means at Nango: changes of records that are there, unless it asks for deleted ones alone. */
function actionsOf(given: readonly string[] | undefined): LastAction[] | undefined {
  const asked = actions.filter((action) => given?.some((name) => name.toLowerCase() === action));
  const present = asked.filter((action) => action !== 'deleted');
  // The same word twice is no filter there.
  const isNone = given === undefined || (asked.length === 1 && given.length > 1);
  return isNone ? undefined : present.length > 0 ? present : asked;
}

const query = z.strictObject({
  model: z
    .string()
    .regex(/^[A-Z][a-zA-Z0-9_-]+$/)
    .max(255),
  variant: z
    .string()
    .regex(/^[a-zA-Z0-9_-]+$/)
    .max(255)
    .default('base'),
  modified_after: since.optional(),
  delta: since.optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  filter: filter.optional(),
  cursor: z.string().min(1).max(1_000).optional(),
  ids: z.array(z.string().min(1).max(256)).max(100).optional(),
});

/** A parameter that is given once is text, `ids` always a list. */
function queryOf(url: string): Record<string, unknown> {
  const { searchParams } = new URL(url);
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name);
      return [name, name === 'ids' || values.length > 1 ? values : values[0]];
    }),
  );
}

function numberOfCursor(text: string | undefined): number {
  try {
    return text === undefined ? 0 : cursorOf(text);
  } catch {
    const problem = { code: 'invalid_cursor', message: 'Pass the cursor of a record, unchanged.', path: ['cursor'] };
    throw new Refusal(400, 'invalid_query_params', 'The cursor cannot be used.', { problems: [problem] });
  }
}

/** The page of records has the same path: whoever looks at one names no model and sends no bearer token. */
const isForPage = (context: Context) =>
  context.req.query('model') === undefined && !context.req.header('authorization')?.startsWith('Bearer ');

/** GET /records: what changed, oldest change first. Source: Nango's `GetPublicRecords`. */
export function addRecords(api: Hono, nango: NangoApi): void {
  const { access, host } = nango;
  const allowed: MiddlewareHandler = (context, next) =>
    isForPage(context) ? next() : access.withApiKey(context, next);
  const give: Handler = (context, next) => {
    if (isForPage(context)) {
      return next();
    }
    const { cursor, delta, ids, limit, model, modified_after, variant, ...rest } = parsePart(
      'query',
      query,
      queryOf(context.req.url),
    );
    const id = connectionOf(nango, context);
    if (variant !== 'base') {
      // Nobody can make one here.
      return context.json({ records: [], next_cursor: null });
    }
    const after = delta ?? modified_after;
    const asked = {
      modifiedAfter: after === undefined ? undefined : Date.parse(after),
      actions: actionsOf(rest.filter),
      ids,
    };
    const found = host.store.changedRecords(id, model, { ...asked, cursor: numberOfCursor(cursor), limit, mostBytes });
    const last = found.at(-1)?.cursor;
    const isMore =
      last !== undefined && host.store.changedRecords(id, model, { ...asked, cursor: last, limit: 1 }).length > 0;
    const prunedBefore = host.likeNango?.prunedBefore();
    const records = found.map((record) => nangoRecord(record, prunedBefore));
    const next_cursor = isMore ? (records.at(-1)?._nango_metadata.cursor ?? null) : null;
    return context.json({ records, next_cursor });
  };
  for (const path of ['/records', '/records/']) {
    api.get(path, allowed, give);
  }
}
