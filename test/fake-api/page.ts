import type { ListQuery } from './list-query.js';
import type { RunStore, StoredRun } from './run-store.js';
import type { Position } from './sorted-runs.js';
import { type EnvName, isTerminal } from './types.js';

export interface Page {
  /** Newest first; a page before a cursor, oldest first. */
  rows: StoredRun[];
  next?: string;
  previous?: string;
}

function encodeCursor({ createdMs, internalId }: Position): string {
  return Buffer.from(JSON.stringify({ c: createdMs, r: internalId })).toString('base64url');
}

function decodeCursor(cursor: string): Position | undefined {
  try {
    const { c, r } = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Record<'c' | 'r', unknown>;
    return typeof c === 'number' && typeof r === 'string' ? { createdMs: c, internalId: r } : undefined;
  } catch {
    return undefined;
  }
}

/** One page: keyset paging, so runs that arrive meanwhile neither shift nor repeat a row. */
export function pageOf(store: RunStore, env: EnvName, query: ListQuery): Page {
  const { cursor, size, statuses } = query;
  const wantsEnded = statuses === undefined || [...statuses].some(isTerminal);
  const list = store.shelf(env)[wantsEnded ? 'all' : 'open'];
  const all = list.items;
  const at = cursor === undefined ? undefined : decodeCursor(cursor);
  // What is no cursor is taken for an old one, a bare internal id, and compared as such.
  const keeps = (stored: StoredRun): boolean =>
    matches(stored, query) &&
    (cursor === undefined ||
      at !== undefined ||
      (query.direction === 'forward' ? stored.internalId < cursor : stored.internalId > cursor));
  const found: StoredRun[] = [];
  if (query.direction === 'backward') {
    const start = at === undefined ? 0 : list.lowerBound(at) + (isAt(all, list.lowerBound(at), at) ? 1 : 0);
    for (let index = start; index < all.length && found.length <= size; index += 1) {
      collect(all[index], keeps, found);
    }
  } else {
    // What is newer than the window is skipped, not read.
    const end = list.lowerBound({ createdMs: query.toMs + 1, internalId: '' });
    const start = at === undefined ? end : Math.min(end, list.lowerBound(at));
    for (let index = start - 1; index >= 0 && found.length <= size; index -= 1) {
      const stored = all[index];
      if (stored !== undefined && stored.createdMs < query.fromMs) {
        break;
      }
      collect(stored, keeps, found);
    }
  }
  const more = found.length > size;
  const rows = found.slice(0, size);
  const forward = query.direction === 'forward';
  const newest = forward ? rows[0] : rows.at(-1);
  const oldest = forward ? rows.at(-1) : rows[0];
  return {
    rows,
    ...(oldest !== undefined && (more || !forward) ? { next: encodeCursor(oldest) } : {}),
    ...(newest !== undefined && (forward ? cursor !== undefined : more) ? { previous: encodeCursor(newest) } : {}),
  };
}

function isAt(all: readonly StoredRun[], index: number, at: Position): boolean {
  return all[index]?.createdMs === at.createdMs && all[index]?.internalId === at.internalId;
}

function collect(stored: StoredRun | undefined, keeps: (stored: StoredRun) => boolean, found: StoredRun[]): void {
  if (stored !== undefined && keeps(stored)) {
    found.push(stored);
  }
}

function matches({ run, createdMs }: StoredRun, query: ListQuery): boolean {
  return (
    createdMs >= query.fromMs &&
    createdMs <= query.toMs &&
    (query.statuses === undefined || query.statuses.has(run.status)) &&
    (query.tasks === undefined || query.tasks.includes(run.taskIdentifier)) &&
    (query.versions === undefined || (run.version !== undefined && query.versions.includes(run.version))) &&
    (query.tags === undefined || query.tags.some((tag) => run.tags.includes(tag))) &&
    (query.isTest === undefined || query.isTest === run.isTest)
  );
}
