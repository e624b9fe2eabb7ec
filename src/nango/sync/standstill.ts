import { ConnectorError } from '../../errors/index.js';

/** Pages in a row, and milliseconds, that may bring nothing new. */
export const mostIdlePages = 1_000;
export const longestIdleMs = 10 * 60_000;

const minutes = longestIdleMs / 60_000;

/** Takes for each page of a list whether it brought something new. Throws `sync_stalled` where none does for long. */
export function untilStandstill(endpoint: string, now: () => number): (isNew: boolean) => void {
  let pages = 0;
  let since = now();
  return (isNew) => {
    if (isNew) {
      pages = 0;
      since = now();
      return;
    }
    pages += 1;
    if (pages >= mostIdlePages || now() - since >= longestIdleMs) {
      throw new ConnectorError(
        'sync_stalled',
        `${endpoint}: the server sent ${pages} pages in a row without anything new; a sync ends after ${minutes} minutes or ${mostIdlePages.toLocaleString('en')} pages of that. It is tried again later, from its checkpoint.`,
        { endpoint },
      );
    }
  };
}
