import type { Result } from '../statistics.js';
import type { Peer } from '../work/peer.js';

const width = 860;
const plot = { left: 320, right: 820 };
const rowHeight = 30;
const headHeight = 40;

/** Ratios from a thirtieth to thirty-two, each doubling as wide as the next. */
const scale = { from: 1 / 32, to: 32 };
const place = (ratio: number) => {
  const share = Math.log(ratio / scale.from) / Math.log(scale.to / scale.from);
  return plot.left + Math.min(1, Math.max(0, share)) * (plot.right - plot.left);
};

const at = (value: number) => value.toFixed(1);

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const marks: Readonly<Partial<Record<Peer, { name: string; draw: (x: number, y: number) => string }>>> = {
  ours: {
    name: 'this package',
    draw: (x, y) => `<circle cx="${at(x)}" cy="${at(y)}" r="7" fill="#1d4ed8"/>`,
  },
  undici: {
    name: 'raw undici',
    draw: (x, y) => `<path d="M${at(x)} ${at(y - 8)}v16" stroke="#374151" stroke-width="3"/>`,
  },
  nango: {
    name: 'Nango runner',
    draw: (x, y) =>
      `<rect x="${at(x - 5)}" y="${at(y - 5)}" width="10" height="10" fill="#fff" stroke="#b45309" stroke-width="2"/>`,
  },
  sdk: {
    name: '@trigger.dev/sdk',
    draw: (x, y) => `<path d="M${at(x)} ${at(y - 7)}l7 7-7 7-7-7z" fill="#fff" stroke="#be123c" stroke-width="2"/>`,
  },
};

const budget = (x: number, y: number) =>
  `<path d="M${at(x)} ${at(y - 11)}v22" stroke="#15803d" stroke-width="2" stroke-dasharray="3 2"/>`;

const text = (x: number, y: number, content: string, more = '') =>
  `<text x="${at(x)}" y="${at(y)}" ${more}>${escaped(content)}</text>`;

function rowOf({ peers, row }: Result, y: number): string[] {
  const line = `<path d="M${plot.left} ${at(y)}H${plot.right}" stroke="#e5e7eb"/>`;
  const limit = row.bound?.is === 'most' ? [budget(place(row.bound.budget), y)] : [];
  const dots = Object.entries(marks).flatMap(([peer, mark]) => {
    const spread = peers[peer as Peer];
    return spread === undefined ? [] : [mark.draw(place(spread.median), y)];
  });
  const label = text(plot.left - 12, y + 4, row.title, 'text-anchor="end"');
  // Ours last, so that nothing hides it.
  return [line, label, ...limit, ...dots.slice(1), ...dots.slice(0, 1)];
}

/** A panel of those rows that are ratios to one peer, less being better. */
function panel(heading: string, results: readonly Result[], top: number): string[] {
  return [
    text(20, top + 22, heading, 'font-weight="600"'),
    ...results.flatMap((result, index) => rowOf(result, top + headHeight + 10 + index * rowHeight)),
  ];
}

/** Dots on a scale of ratios: for each row where every peer lies, and the budget. */
export function chartOf(results: readonly Result[], subtitle: string): string {
  const ratios = (over: Peer) => results.filter(({ row }) => row.over === over && row.bound?.is !== 'least');
  const [first, second] = [ratios('undici'), ratios('sdk')];
  const start = 92;
  const next = start + headHeight + first.length * rowHeight + 12;
  const bottom = next + headHeight + second.length * rowHeight + 8;
  const ticks = [1 / 16, 1 / 4, 1, 4, 16].map((ratio) =>
    text(place(ratio), bottom + 14, ratio < 1 ? `1/${1 / ratio}` : `${ratio} ×`, 'text-anchor="middle" fill="#6b7280"'),
  );
  const legend = [...Object.values(marks).map(({ draw, name }) => ({ draw, name })), { draw: budget, name: 'budget' }];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 28}" font-family="system-ui, sans-serif" font-size="13" fill="#111827" role="img" aria-labelledby="title">`,
    `<title id="title">What this package costs beside others; less is better. ${escaped(subtitle)}</title>`,
    `<rect width="${width}" height="${bottom + 28}" rx="8" fill="#fff"/>`,
    text(20, 28, 'Cost beside others, less is better', 'font-size="17" font-weight="600"'),
    text(20, 48, subtitle, 'fill="#6b7280"'),
    ...legend.map(({ draw, name }, index) => draw(30 + index * 160, 72) + text(44 + index * 160, 76, name)),
    ...panel('CPU, raw undici = 1', first, start),
    ...panel('official SDK = 1', second, next),
    ...ticks,
    '</svg>',
    '',
  ].join('\n');
}
