import { cycleDetector } from '../../api/index.js';
import { ConnectorError } from '../../errors/index.js';

/** Takes the cursors of a list; those that lead in a circle would be followed for ever. */
export function withoutCycle(endpoint: string): (cursor: string) => void {
  const goesRound = cycleDetector();
  return (cursor) => {
    if (cursor !== '' && goesRound(cursor)) {
      throw new ConnectorError(
        'cursor_cycle',
        `${endpoint}: the server gave the same page cursor twice; the sync stopped. Run it again; it goes on from its checkpoint.`,
      );
    }
  };
}
