import type { Round } from './measure.js';
import type { Row } from './rows.js';
import type { Peer } from './work/peer.js';

/** The median over the rounds, and between what it lay. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The value at that share of the way from the least to the greatest; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** What came out for a row: each peer's figure, as a ratio within its round where the row says over whom. */
export interface Result {
  readonly row: Row;
  readonly rounds: number;
  readonly peers: Readonly<Partial<Record<Peer, Spread>>>;
  /** Undefined where the row has no budget. */
  readonly isMet: boolean | undefined;
}

export function resultOf(row: Row, rounds: readonly Round[]): Result {
  const names = Object.keys(rounds[0] ?? {}) as Peer[];
  const peers = Object.fromEntries(
    names.map((peer) => {
      const values = rounds.map((round) => {
        const own = round[peer]?.[row.figure] ?? Number.NaN;
        const base = row.over === undefined ? 1 : (round[row.over]?.[row.figure] ?? Number.NaN);
        return own / base;
      });
      return [peer, spreadOf(values)];
    }),
  ) as Result['peers'];
  return { row, rounds: rounds.length, peers, isMet: verdict(row, peers.ours?.median ?? Number.NaN) };
}

/** A figure that is missing meets nothing. */
function verdict({ bound }: Row, ours: number): boolean | undefined {
  if (bound === undefined) {
    return undefined;
  }
  return bound.is === 'most' ? ours <= bound.budget : ours >= bound.budget;
}
