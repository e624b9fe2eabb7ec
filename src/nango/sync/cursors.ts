import { ConnectorError } from '../../errors/index.js';

/** Takes each cursor of a list once: one that comes again would be followed for ever. */
export function eachOnce(endpoint: string): (cursor: string) => void {
  const seen = new Set<string>();
  return (cursor) => {
    if (cursor !== '' && seen.has(cursor)) {
      throw new ConnectorError(
        'cursor_cycle',
        `${endpoint}: the server gave the same page cursor twice; the sync stopped. Run it again; it goes on from its checkpoint.`,
      );
    }
    seen.add(cursor);
  };
}
