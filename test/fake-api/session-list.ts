import { type Parsed, refused } from './json-body.js';
import { duration } from './list-query.js';
import { json } from './problems.js';
import type { FakeProject } from './project.js';
import type { FakeSession, Shelf } from './session-store.js';
import type { EnvName } from './types.js';

interface SessionPage {
  data: FakeSession[];
  pagination: { next?: string; previous?: string };
}

const statuses = ['ACTIVE', 'CLOSED', 'EXPIRED'];

/** One page, newest first. A filter takes one value: a comma is part of it, a repeated one counts by its last. */
export function sessionPage(project: FakeProject, env: EnvName, query: URLSearchParams): Parsed<SessionPage> {
  const last = (name: string): string | undefined => query.getAll(name).at(-1);
  const wrong = wrongQuery(last);
  if (wrong.length > 0) {
    return { ok: false, answer: json(400, { error: 'Query Error', details: wrong }) };
  }
  const [after, before] = [last('page[after]'), last('page[before]')];
  if (after !== undefined && before !== undefined) {
    return refused(400, 'Query Error');
  }
  const size = Number(last('page[size]') ?? 20);
  const filter = { ...windowOf(last, project.now()), matches: matcher(last) };
  const candidates = chosen(project.sessions.shelf(env), { after, before }, filter, size + 1);
  const cut = candidates.slice(0, size);
  const page = before === undefined ? cut : cut.reverse();
  const [newest, oldest] = [page[0], page.at(-1)];
  const more = candidates.length > size;
  const hasNext = before === undefined ? more : page.length > 0;
  const hasPrevious = before === undefined ? after !== undefined : more;
  const wanted = last('filter[status]');
  return {
    ok: true,
    value: {
      // Applied last, so that pages come out short.
      data: page.filter((session) => wanted === undefined || project.sessions.statusOf(session) === wanted),
      pagination: {
        ...(hasNext && oldest !== undefined ? { next: oldest.id } : {}),
        ...(hasPrevious && newest !== undefined ? { previous: newest.id } : {}),
      },
    },
  };
}

interface Filter {
  from: number;
  to: number;
  matches(session: FakeSession): boolean;
}

/** Texts of dates sort as the dates do up to the year 9999. */
const LAST_MS = Date.UTC(9999, 11, 31);

const isoBound = (ms: number): string => new Date(Math.min(ms, LAST_MS)).toISOString();

/**
 * The first of a page and of those behind it: newest first, or before a cursor oldest first. A cursor that names none of
 * those that match stands before the oldest.
 */
function chosen(
  shelf: Shelf,
  { after, before }: { after: string | undefined; before: string | undefined },
  { from, to, matches }: Filter,
  count: number,
): FakeSession[] {
  const all = shelf.oldestFirst;
  const [first, end] = [shelf.lowerBound(isoBound(from)), shelf.lowerBound(isoBound(to + 1))];
  const named = shelf.byId(before ?? after ?? '');
  const position = named !== undefined && matches(named) ? shelf.positionOf(named) : -1;
  const isInside = position >= first && position < end;
  const step = before === undefined ? -1 : 1;
  const start =
    before === undefined
      ? (after === undefined ? end : isInside ? position : first) - 1
      : isInside
        ? position + 1
        : first;
  const found: FakeSession[] = [];
  for (let index = start; index >= first && index < end && found.length < count; index += step) {
    const session = all[index];
    if (session !== undefined && matches(session)) {
      found.push(session);
    }
  }
  return found;
}

function wrongQuery(last: (name: string) => string | undefined): object[] {
  const wrong: object[] = [];
  const size = last('page[size]');
  if (size !== undefined && !(Number.isInteger(Number(size)) && Number(size) >= 1 && Number(size) <= 100)) {
    wrong.push({ code: 'custom', path: ['page[size]'], message: 'Invalid input' });
  }
  const status = last('filter[status]');
  if (status !== undefined && !statuses.includes(status)) {
    wrong.push({ code: 'invalid_enum_value', options: statuses, received: status, path: ['filter[status]'] });
  }
  for (const name of ['filter[createdAt][from]', 'filter[createdAt][to]']) {
    const bound = last(name);
    if (bound !== undefined && !/^\d+$/.test(bound)) {
      wrong.push({ code: 'invalid_type', expected: 'number', received: 'nan', path: [name] });
    }
  }
  return wrong;
}

function windowOf(last: (name: string) => string | undefined, now: number): { from: number; to: number } {
  const period = duration(last('filter[createdAt][period]'));
  return {
    from: Math.max(Number(last('filter[createdAt][from]') ?? 0), period === undefined ? 0 : now - period),
    to: Number(last('filter[createdAt][to]') ?? Number.POSITIVE_INFINITY),
  };
}

function matcher(last: (name: string) => string | undefined): (session: FakeSession) => boolean {
  const equals = (name: string, value: string | null): boolean => {
    const wanted = last(`filter[${name}]`);
    return wanted === undefined || wanted === value;
  };
  const tag = last('filter[tags]');
  return (session) =>
    equals('type', session.type) &&
    equals('taskIdentifier', session.taskIdentifier) &&
    equals('externalId', session.externalId) &&
    (tag === undefined || session.tags.includes(tag));
}
