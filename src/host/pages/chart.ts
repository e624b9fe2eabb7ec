import { html } from 'hono/html';
import { isFinal } from '../../api/index.js';
import { grouped } from '../grouped.js';
import type { DayCount } from '../store/store.js';
import type { Html } from './layout.js';

const groups = [
  { mark: 's-ok', title: 'completed' },
  { mark: 's-bad', title: 'failed' },
  { mark: 's-off', title: 'canceled or expired' },
  { mark: 's-open', title: 'open' },
] as const;

type Mark = (typeof groups)[number]['mark'];

function markOf(status: string): Mark {
  if (!isFinal({ status })) {
    return 's-open';
  }
  return status === 'COMPLETED' ? 's-ok' : status === 'CANCELED' || status === 'EXPIRED' ? 's-off' : 's-bad';
}

const dayMs = 24 * 60 * 60_000;
const mostDays = 30;
const [width, height, base] = [720, 160, 136];

/** Every day from the first to the last, at most the last thirty. */
function daysOf(counts: readonly DayCount[]): string[] {
  const times = counts.map(({ day }) => Date.parse(day)).filter(Number.isFinite);
  const last = Math.max(...times);
  const first = Math.max(Math.min(...times), last - (mostDays - 1) * dayMs);
  const length = Math.round((last - first) / dayMs) + 1;
  return Array.from({ length }, (_, index) => new Date(first + index * dayMs).toISOString().slice(0, 10));
}

/** Runs by day of creation and how they stand, as bars that need no script; the same in words for who cannot see them. */
export function runsChart(counts: readonly DayCount[]): Html | '' {
  if (counts.length === 0) {
    return '';
  }
  const days = daysOf(counts);
  const sums = new Map<string, Record<Mark, number>>(
    days.map((day) => [day, { 's-ok': 0, 's-bad': 0, 's-off': 0, 's-open': 0 }]),
  );
  for (const { day, runs, status } of counts) {
    const sum = sums.get(day);
    if (sum !== undefined) {
      sum[markOf(status)] += runs;
    }
  }
  const totals = [...sums.values()].map((sum) => groups.reduce((all, { mark }) => all + sum[mark], 0));
  const highest = Math.max(1, ...totals);
  const step = width / days.length;
  const bars = [...sums].map(([day, sum], index) => {
    let top: number = base;
    const parts = groups.map(({ mark, title }) => {
      const size = (sum[mark] / highest) * (base - 12);
      top -= size;
      return size === 0
        ? ''
        : html`<rect class="${mark}" x="${(index * step + step * 0.1).toFixed(1)}" y="${top.toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${size.toFixed(1)}"><title>${day}: ${sum[mark]} ${title}</title></rect>`;
    });
    const isNamed = index % Math.ceil(days.length / 8) === 0;
    return html`${parts}${isNamed ? html`<text x="${(index === 0 ? 0 : index * step + step / 2).toFixed(1)}" y="${height - 6}" text-anchor="${index === 0 ? 'start' : 'middle'}" font-size="11" fill="currentColor">${day.slice(5)}</text>` : ''}`;
  });
  const all = groups.map(({ mark, title }) => {
    const sum = [...sums.values()].reduce((total, counted) => total + counted[mark], 0);
    return { mark, title, sum };
  });
  const words = all.map(({ sum, title }) => `${sum} ${title}`).join(', ');
  return html`<figure class="runs"><svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Runs by day of creation, ${days[0]} to ${days.at(-1)}: ${words}"><line x1="0" x2="${width}" y1="${base}" y2="${base}" stroke="currentColor" stroke-opacity=".25"/>${bars}</svg>
<figcaption><ul class="legend">${all.map(({ mark, sum, title }) => html`<li><i class="${mark}"></i>${title} ${grouped(sum)}</li>`)}</ul></figcaption></figure>`;
}
