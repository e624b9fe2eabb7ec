import { grouped } from '../host/grouped.js';
import type { SyncOutcome, SyncProgress } from '../host/index.js';
import type { SaveCounts } from '../host/store/store.js';

/** What changed, for people; deletions and items left out only where there are any. */
export function countsText({
  added,
  deleted,
  leftOut = 0,
  unchanged,
  updated,
}: SaveCounts & Pick<SyncOutcome, 'leftOut'>): string {
  const gone = deleted > 0 ? `${deleted} deleted, ` : '';
  const odd = leftOut > 0 ? `, ${leftOut} left out (see the log)` : '';
  return `${added} added, ${updated} updated, ${gone}${unchanged} unchanged${odd}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** A guess needs some of the work done. */
const enoughDone = 0.03;

/** One line about a sync under way: records, pages, rate limit and the time that is left. */
export function progressText(progress: SyncProgress, elapsedMs: number): string {
  const { counts, done, message, pages, rateLimit } = progress;
  const { added, deleted, unchanged, updated } = counts;
  const canGuess = done !== undefined && done >= enoughDone && done < 1;
  return [
    `${grouped(added + updated + deleted + unchanged)} records`,
    pages === 1 ? '1 page' : `${grouped(pages)} pages`,
    ...(rateLimit ? [`limit ${rateLimit.remaining}/${rateLimit.limit}`] : []),
    ...(canGuess ? [`about ${duration((elapsedMs / done) * (1 - done))} left`] : []),
    ...(message ? [message] : []),
  ].join(' · ');
}
