// What is measured, and what it may be: the budgets of the design. The table, the chart and the verdict read these rows.
import { grouped } from '../../src/host/grouped.js';
import type { ApiOptions } from './api/serve.js';
import type { Job, Peer } from './work/peer.js';

export interface Size extends ApiOptions, Pick<Job, 'calls' | 'runs'> {
  readonly rounds: number;
  /** Those of the experiment when left out. */
  readonly peers?: readonly Peer[];
}

/** A kind of work, done by each peer in a process of its own, in every round. */
export interface Experiment {
  readonly work: string;
  readonly peers: readonly Peer[];
  readonly full: Size;
  /** For a minute in all. */
  readonly quick: Size;
}

const size = (rounds: number, sizes: Partial<Size>): Size => ({ rounds, runs: 1_000, calls: 1, delayMs: 0, ...sizes });

/** Whom the budgets are over. Fewer rounds and peers leave time for calls enough to be warm: less says nothing of budgets. */
const needed: readonly Peer[] = ['ours', 'undici', 'sdk'];

export const experiments: Readonly<Record<string, Experiment>> = {
  list: {
    work: 'list',
    peers: ['ours', 'undici', 'nango', 'sdk'],
    full: size(9, { runs: 20_000 }),
    quick: size(2, { runs: 4_000, peers: needed }),
  },
  calls: {
    work: 'calls',
    peers: ['ours', 'undici', 'nango', 'sdk'],
    full: size(5, { calls: 2_000 }),
    quick: size(1, { calls: 800, peers: needed }),
  },
  store: {
    work: 'store',
    peers: ['ours', 'sdk'],
    full: size(9, { runs: 20_000 }),
    quick: size(2, { runs: 10_000 }),
  },
  latency: {
    work: 'store',
    peers: ['ours', 'sdk'],
    full: size(5, { runs: 10_000, delayMs: 30 }),
    quick: size(1, { runs: 10_000, delayMs: 30 }),
  },
  open: {
    work: 'open',
    peers: ['ours'],
    full: size(5, { runs: 20_000, openEvery: 4 }),
    quick: size(1, { runs: 20_000, openEvery: 4 }),
  },
  memory100k: { work: 'memory', peers: ['ours'], full: size(1, { runs: 100_000 }), quick: size(1, { runs: 100_000 }) },
  memory1M: { work: 'memory', peers: ['ours'], full: size(1, { runs: 1_000_000 }), quick: size(0, {}) },
  mint: { work: 'mint', peers: ['ours', 'sdk'], full: size(9, { calls: 3_000 }), quick: size(2, { calls: 500 }) },
  form: { work: 'form', peers: ['ours', 'ajv'], full: size(9, { calls: 40_000 }), quick: size(2, { calls: 10_000 }) },
  load: { work: 'load', peers: ['ours', 'sdk'], full: size(9, {}), quick: size(1, {}) },
  install: { work: 'install', peers: ['ours', 'sdk'], full: size(1, {}), quick: size(1, {}) },
};

export interface Row {
  readonly experiment: string;
  readonly figure: string;
  readonly title: string;
  /** Whose figure of the same round is 1; without one, figures are shown as they are. */
  readonly over?: Peer;
  readonly unit: string;
  readonly decimals?: number;
  /** At most so much, or at least. */
  readonly bound?: { readonly is: 'most' | 'least'; readonly budget: number; readonly stretch?: number };
}

const most = (budget: number, stretch?: number) => ({ is: 'most' as const, budget, ...(stretch && { stretch }) });
const least = (budget: number, stretch?: number) => ({ is: 'least' as const, budget, ...(stretch && { stretch }) });

const undici = { over: 'undici', unit: '× undici CPU' } as const;
const sdk = { over: 'sdk', unit: '× SDK CPU' } as const;

/** Memory that is resident while a million runs come in. */
const overTime: readonly Row[] = [0, 1, 2, 4, 6, 8, 10].map((tenths) => ({
  experiment: 'memory1M',
  figure: String(tenths),
  title: `resident after ${grouped(tenths * 100_000)} runs`,
  unit: 'MB',
  decimals: 0,
}));

export const rows: readonly Row[] = [
  { experiment: 'list', figure: 'warm', title: 'list runs, every item validated', ...undici, bound: most(1.45, 1.05) },
  { experiment: 'list', figure: 'cold', title: 'list runs, first pass of a process', ...undici },
  {
    experiment: 'calls',
    figure: 'retrieve1.cpu',
    title: 'runs.retrieve, one at a time',
    ...undici,
    bound: most(1.25, 1.05),
  },
  {
    experiment: 'calls',
    figure: 'trigger1.cpu',
    title: 'tasks.trigger, one at a time',
    ...undici,
    bound: most(1.25, 1.05),
  },
  { experiment: 'calls', figure: 'retrieve64.cpu', title: 'runs.retrieve, 64 in flight', ...undici },
  { experiment: 'calls', figure: 'trigger64.cpu', title: 'tasks.trigger, 64 in flight', ...undici },
  {
    experiment: 'calls',
    figure: 'retrieve64.perSecond',
    title: 'runs.retrieve, 64 in flight',
    over: 'sdk',
    unit: '× SDK calls/s',
    bound: least(5, 6),
  },
  {
    experiment: 'calls',
    figure: 'trigger64.perSecond',
    title: 'tasks.trigger, 64 in flight',
    over: 'sdk',
    unit: '× SDK calls/s',
    bound: least(5, 6),
  },
  { experiment: 'store', figure: 'first', title: 'sync runs into the store, first', ...sdk, bound: most(0.55, 0.45) },
  { experiment: 'store', figure: 'again', title: 'sync runs into the store, unchanged', ...sdk, bound: most(0.4, 0.3) },
  {
    experiment: 'latency',
    figure: 'firstWall',
    title: 'first sync, 30 ms an answer',
    over: 'sdk',
    unit: '× SDK time',
    bound: most(0.286),
  },
  {
    experiment: 'open',
    figure: 'requests',
    title: '5,000 open runs, a pass without a change',
    unit: 'requests',
    decimals: 0,
    // Fifty pages of those, and twelve of the last 15 minutes, in which a run comes each second.
    bound: most(62),
  },
  { experiment: 'open', figure: 'cpu', title: '5,000 open runs, a pass without a change', unit: 'ms CPU', decimals: 0 },
  { experiment: 'memory100k', figure: 'peak', title: 'peak, 100,000 runs', unit: 'MB', decimals: 0, bound: most(120) },
  { experiment: 'memory1M', figure: 'peak', title: 'peak, 1,000,000 runs', unit: 'MB', decimals: 0, bound: most(120) },
  {
    experiment: 'memory1M',
    figure: 'growth',
    title: 'growth after the first 100,000',
    unit: 'MB',
    decimals: 1,
    bound: most(10),
  },
  ...overTime,
  { experiment: 'mint', figure: 'cpu', title: 'mint a public token', ...sdk, decimals: 3, bound: most(0.12) },
  { experiment: 'mint', figure: 'requests', title: 'requests a token', unit: 'requests', decimals: 0, bound: most(0) },
  { experiment: 'form', figure: 'right', title: 'validate the form, valid', over: 'ajv', unit: '× ajv CPU' },
  { experiment: 'form', figure: 'wrong', title: 'validate the form, all fields wrong', over: 'ajv', unit: '× ajv CPU' },
  { experiment: 'load', figure: 'import', title: 'import', unit: 'ms CPU', decimals: 0, bound: most(100, 60) },
  {
    experiment: 'load',
    figure: 'call',
    title: 'import and first call',
    unit: 'ms CPU',
    decimals: 0,
    bound: most(250, 200),
  },
  {
    experiment: 'install',
    figure: 'packages',
    title: 'packages it installs',
    unit: 'packages',
    decimals: 0,
    bound: most(4),
  },
  { experiment: 'install', figure: 'megabytes', title: 'installed size', unit: 'MB', decimals: 1, bound: most(12) },
];
