import { quantile } from '../bench/statistics.js';

/** How long requests took, in milliseconds, by kind. */
export function latencyTable(latencies: ReadonlyMap<string, readonly number[]>): string {
  const row = (...cells: readonly (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(14) : String(cell).padStart(9))).join('');
  const rows = [...latencies].map(([kind, values]) =>
    row(kind, values.length, ...[0.5, 0.99, 1].map((share) => Math.round(quantile(values, share)))),
  );
  return [row('request', 'count', 'p50 ms', 'p99 ms', 'max ms'), ...rows].join('\n');
}

/** Resident megabytes in the second quarter of the time and in its last. */
export function growthOf(megabytes: readonly number[]): { readonly early: number; readonly late: number } {
  const quarter = Math.floor(megabytes.length / 4);
  return {
    early: quantile(megabytes.slice(quarter, 2 * quarter), 0.5),
    late: quantile(megabytes.slice(3 * quarter), 0.5),
  };
}
