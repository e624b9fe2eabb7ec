import { type Parsed, refused } from './json-body.js';
import { duration } from './list-query.js';
import { json } from './problems.js';
import type { FakeProject } from './project.js';
import type { FakeSession } from './session-store.js';
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
  const oldestFirst = project.sessions.of(env).filter(matcher(last, project.now()));
  const position = oldestFirst.findIndex(({ id }) => id === (before ?? after));
  const candidates =
    before === undefined
      ? oldestFirst.slice(0, after === undefined ? undefined : Math.max(0, position)).reverse()
      : oldestFirst.slice(position + 1);
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

function matcher(last: (name: string) => string | undefined, now: number): (session: FakeSession) => boolean {
  const equals = (name: string, value: string | null): boolean => {
    const wanted = last(`filter[${name}]`);
    return wanted === undefined || wanted === value;
  };
  const tag = last('filter[tags]');
  const period = duration(last('filter[createdAt][period]'));
  const from = Math.max(Number(last('filter[createdAt][from]') ?? 0), period === undefined ? 0 : now - period);
  const to = Number(last('filter[createdAt][to]') ?? Number.POSITIVE_INFINITY);
  return (session) => {
    const createdMs = Date.parse(session.createdAt);
    return (
      equals('type', session.type) &&
      equals('taskIdentifier', session.taskIdentifier) &&
      equals('externalId', session.externalId) &&
      (tag === undefined || session.tags.includes(tag)) &&
      createdMs >= from &&
      createdMs <= to
    );
  };
}
