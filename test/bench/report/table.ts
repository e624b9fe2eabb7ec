import type { Result, Spread } from '../statistics.js';

const others = ['undici', 'nango', 'sdk', 'ajv'] as const;
const heads = ['ours', 'from', 'to', 'budget', 'stretch', '', ...others];

function cells({ isMet, peers, row }: Result): string[] {
  const { bound, decimals = 2 } = row;
  const show = (value: number | undefined) => (value === undefined ? '' : value.toFixed(decimals));
  const sign = bound?.is === 'least' ? '≥' : '≤';
  const limit = (value: number | undefined) => (value === undefined ? '' : `${sign} ${show(value)}`);
  const ours: Spread | undefined = peers.ours;
  return [
    show(ours?.median),
    show(ours?.low),
    show(ours?.high),
    limit(bound?.budget),
    limit(bound?.stretch),
    isMet === undefined ? '' : isMet ? 'met' : 'MISSED',
    ...others.map((peer) => show(peers[peer]?.median)),
  ];
}

/** A line a row: our median, its spread, what it may be, and the others' medians. */
export function tableOf(results: readonly Result[]): string {
  const lines = results.map((result) => [`${result.row.title} (${result.row.unit})`, ...cells(result)]);
  const all = [['', ...heads], ...lines];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
