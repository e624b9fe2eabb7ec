import * as z from 'zod';
import type { Connection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { isFinal, type Run } from '../models/index.js';
import { asActionError, callWith, connectionOf } from './call.js';
import type { NangoSync } from './nango.js';

const version = 1;

/** The list is an index that lags behind by minutes; so far back from the newest run is always read again. */
const overlapMs = 15 * 60_000;

/** Flat, as Nango stores it. Times are milliseconds since 1970; 0 and '' mean none. */
export const RunsCheckpoint = z.object({
  version: z.number(),
  /** Whose runs these are: a checkpoint is never used for another project, environment or branch. */
  fingerprint: z.string(),
  /** Everything created up to here was listed by a pass that ended. */
  watermark: z.number(),
  /** Creation time of the oldest run that had not ended then. */
  oldestOpen: z.number(),
  /** The pass under way: its lower bound, the next page, and what it has seen so far. */
  passFrom: z.number(),
  passCursor: z.string(),
  passNewest: z.number(),
  passOldestOpen: z.number(),
});

export type RunsCheckpoint = z.infer<typeof RunsCheckpoint>;

export function fingerprintOf({ baseUrl, projectRef, environment, previewBranch }: Connection): string {
  return [baseUrl, projectRef ?? '', environment ?? '', previewBranch ?? ''].join(' ');
}

function readCheckpoint(stored: unknown, fingerprint: string): RunsCheckpoint {
  if (stored === null || stored === undefined) {
    const nothing = { watermark: 0, oldestOpen: 0, passFrom: 0, passCursor: '', passNewest: 0, passOldestOpen: 0 };
    return { version, fingerprint, ...nothing };
  }
  const parsed = RunsCheckpoint.safeParse(stored);
  if (!parsed.success || parsed.data.version !== version || parsed.data.fingerprint !== fingerprint) {
    throw new ConnectorError(
      'checkpoint_mismatch',
      'The saved checkpoint belongs to another project, environment, branch or version. Reset the sync (records and checkpoint) to start again.',
    );
  }
  return parsed.data;
}

function createdAt(run: Run): number {
  const time = Date.parse(run.createdAt);
  if (!Number.isFinite(time)) {
    throw new ConnectorError('invalid_response', 'runs.list: a run has no readable createdAt.', {
      path: 'data.createdAt',
    });
  }
  return time;
}

/** What a page adds to the pass. */
function advance(pass: RunsCheckpoint, runs: readonly Run[], next: string): RunsCheckpoint {
  let { passNewest, passOldestOpen } = pass;
  for (const run of runs) {
    const time = createdAt(run);
    passNewest = Math.max(passNewest, time);
    if (!isFinal(run)) {
      passOldestOpen = passOldestOpen === 0 ? time : Math.min(passOldestOpen, time);
    }
  }
  return { ...pass, passNewest, passOldestOpen, passCursor: next };
}

function startPass(last: RunsCheckpoint): RunsCheckpoint {
  const bounds = [last.watermark - overlapMs, ...(last.oldestOpen > 0 ? [last.oldestOpen] : [])];
  const passFrom = last.watermark === 0 ? 1 : Math.max(1, Math.min(...bounds));
  return { ...last, passFrom, passCursor: '', passNewest: 0, passOldestOpen: 0 };
}

function endPass(pass: RunsCheckpoint): RunsCheckpoint {
  const { passNewest, passOldestOpen, watermark } = pass;
  return {
    ...pass,
    watermark: Math.max(watermark, passNewest),
    oldestOpen: passOldestOpen,
    passFrom: 0,
    passCursor: '',
  };
}

/**
 * Lists the runs created since the last pass, and again from the oldest run that had not ended, page by page.
 * The list filters by creation only, so an open run is read again until it has ended.
 * Each page is stored before the checkpoint moves past it: a crash repeats a page, it never skips one.
 */
export async function syncRuns(nango: NangoSync): Promise<void> {
  await asActionError(nango, async () => {
    const connection = await connectionOf(nango);
    const saved = readCheckpoint(await nango.getCheckpoint(), fingerprintOf(connection));
    let pass = saved.passFrom > 0 ? saved : startPass(saved);
    const seen = new Set<string>();
    // The oldest page last: the server's order is newest first, and its cursor stays valid while runs arrive.
    for (;;) {
      const page = await callWith(nango, connection, 'runs.list', {
        limit: 100,
        from: pass.passFrom === 1 ? 0 : pass.passFrom,
        ...(pass.passCursor !== '' && { after: pass.passCursor }),
      });
      const next = page.pagination.next ?? '';
      pass = advance(pass, page.data, next);
      if (page.data.length > 0) {
        await nango.batchSave(page.data, 'Run');
      }
      if (next === '') {
        break;
      }
      if (seen.has(next)) {
        throw new ConnectorError(
          'cursor_cycle',
          'runs.list: the server gave the same page cursor twice; the sync stopped.',
        );
      }
      seen.add(next);
      await nango.saveCheckpoint(pass);
    }
    await nango.saveCheckpoint(endPass(pass));
  });
}
