import { type Answer, json } from './problems.js';
import { statusesFor } from './run-status.js';
import type { RunStatus } from './types.js';

export interface ListQuery {
  size: number;
  cursor?: string;
  direction: 'forward' | 'backward';
  statuses?: ReadonlySet<RunStatus>;
  tasks?: readonly string[];
  versions?: readonly string[];
  tags?: readonly string[];
  isTest?: boolean;
  environments?: readonly string[];
  fromMs: number;
  toMs: number;
}

interface Issue {
  code: string;
  path: string[];
  message: string;
  [detail: string]: unknown;
}

const DEFAULT_WINDOW = 7 * 86_400_000;

/** The query of a run list, or the 400 that names everything wrong with it. */
export function parseListQuery(
  query: URLSearchParams,
  now: number,
): { ok: true; value: ListQuery } | { ok: false; answer: Answer } {
  const issues: Issue[] = [];
  const size = pageSize(query.get('page[size]'), issues);
  const statuses = statusFilter(query.get('filter[status]'), issues);
  const isTest = testFilter(query.get('filter[isTest]'), issues);
  const from = date(query, 'filter[createdAt][from]', issues);
  const to = date(query, 'filter[createdAt][to]', issues);
  if (issues.length > 0) {
    return { ok: false, answer: json(400, { error: 'Query Error', details: issues }) };
  }
  const before = query.get('page[before]');
  const cursor = before || query.get('page[after]');
  const period = duration(query.get('filter[createdAt][period]'));
  const value: ListQuery = { size, direction: before ? 'backward' : 'forward', ...window(from, to, period, now) };
  const csv = (name: string): readonly string[] | undefined => query.get(name)?.split(',').filter(Boolean);
  const tasks = csv('filter[taskIdentifier]');
  const versions = csv('filter[version]');
  const tags = csv('filter[tag]');
  const environments = csv('filter[env]');
  return {
    ok: true,
    value: {
      ...value,
      ...(cursor ? { cursor } : {}),
      ...(statuses ? { statuses } : {}),
      ...(tasks?.length ? { tasks } : {}),
      ...(versions?.length ? { versions } : {}),
      ...(tags?.length ? { tags } : {}),
      ...(environments?.length ? { environments } : {}),
      ...(isTest === undefined ? {} : { isTest }),
    },
  };
}

/** A period drops both bounds; without any of the three only the last week is listed; a zero counts as absent. */
function window(
  from: number | undefined,
  to: number | undefined,
  period: number | undefined,
  now: number,
): { fromMs: number; toMs: number } {
  if (period) {
    return { fromMs: now - period, toMs: Number.POSITIVE_INFINITY };
  }
  if (!from && !to) {
    return { fromMs: now - DEFAULT_WINDOW, toMs: Number.POSITIVE_INFINITY };
  }
  return { fromMs: from || Number.NEGATIVE_INFINITY, toMs: to ? Math.min(to, now) : Number.POSITIVE_INFINITY };
}

function pageSize(raw: string | null, issues: Issue[]): number {
  if (raw === null) {
    return 25;
  }
  const path = ['page[size]'];
  const size = Number(raw);
  if (Number.isNaN(size)) {
    issues.push({
      code: 'invalid_type',
      expected: 'number',
      received: 'nan',
      path,
      message: 'Expected number, received nan',
    });
    return 25;
  }
  if (!Number.isInteger(size)) {
    issues.push({
      code: 'invalid_type',
      expected: 'integer',
      received: 'float',
      message: 'Expected integer, received float',
      path,
    });
  }
  const bound = { type: 'number', exact: false, path };
  if (size <= 0) {
    issues.push({
      code: 'too_small',
      minimum: 0,
      inclusive: false,
      message: 'Number must be greater than 0',
      ...bound,
    });
  }
  if (size < 1) {
    issues.push({
      code: 'too_small',
      minimum: 1,
      inclusive: true,
      message: 'Number must be greater than or equal to 1',
      ...bound,
    });
  }
  if (size > 100) {
    issues.push({
      code: 'too_big',
      maximum: 100,
      inclusive: true,
      message: 'Number must be less than or equal to 100',
      ...bound,
    });
  }
  return size;
}

function statusFilter(raw: string | null, issues: Issue[]): ReadonlySet<RunStatus> | undefined {
  if (!raw) {
    return undefined;
  }
  const names = raw.split(',');
  const invalid = names.filter((name) => statusesFor(name) === undefined);
  if (invalid.length > 0) {
    issues.push({ code: 'custom', message: `Invalid status values: ${invalid.join(', ')}`, path: ['filter[status]'] });
  }
  return new Set(names.flatMap((name) => statusesFor(name) ?? []));
}

function testFilter(raw: string | null, issues: Issue[]): boolean | undefined {
  if (!raw) {
    return undefined;
  }
  if (raw !== 'true' && raw !== 'false') {
    issues.push({ code: 'custom', message: `Invalid value for isTest: ${raw}`, path: ['filter[isTest]'] });
  }
  return raw === 'true';
}

/** Numeric strings are milliseconds, anything else is a date string. */
function date(query: URLSearchParams, name: string, issues: Issue[]): number | undefined {
  const raw = query.get(name);
  if (raw === null) {
    return undefined;
  }
  const numeric = Number(raw);
  const ms = new Date(Number.isNaN(numeric) ? raw : numeric).getTime();
  if (Number.isNaN(ms)) {
    issues.push({ code: 'invalid_date', path: [name], message: 'Invalid date' });
  }
  return ms;
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `1d`, `3h`, `1h30m`. */
export function duration(raw: string | null | undefined): number | undefined {
  if (!raw || !/^(?:\d+[smhdw])+$/.test(raw)) {
    return undefined;
  }
  return [...raw.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  );
}
