// Syncs beside the official SDK's loop into the same store: `npm run bench:sync`. A report, not a test: machines differ.
// `-- --memory` instead reads 1,000,000 runs and shows how memory grows.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiOptions, serve } from './api.js';
import { type Figures, type Job, run } from './client.js';

const self = fileURLToPath(import.meta.url);
const functions = join(process.cwd(), 'integrations/build');
const rounds = 5;

interface Api {
  readonly port: number;
  close(): void;
}

function startApi(options: ApiOptions): Promise<Api> {
  const child = fork(self, ['serve', JSON.stringify(options)]);
  return new Promise((resolve) => {
    child.once('message', (port) => resolve({ port: port as number, close: () => child.disconnect() }));
  });
}

/** One job in a process of its own, on an empty store. */
async function measure(job: Omit<Job, 'folder' | 'functions'>): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const child = fork(self, ['client', JSON.stringify({ ...job, folder, functions })]);
  try {
    return await new Promise<Figures>((resolve, reject) => {
      child.once('message', (figures) => resolve(figures as Figures));
      child.once('exit', (code) => reject(new Error(`A measured process ended with ${code}.`)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (figures: readonly number[]) =>
  [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Rounds of both, in turn first and last: what drifts falls on both. Returns the figures of each round. */
async function paired(port: number, again: boolean): Promise<{ ours: Figures; sdk: Figures }[]> {
  const all: { ours: Figures; sdk: Figures }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const job = { port, again, samples: false };
    const ours = () => measure({ ...job, peer: 'ours' });
    const sdk = () => measure({ ...job, peer: 'sdk' });
    if (round % 2 === 0) {
      const mine = await ours();
      all.push({ ours: mine, sdk: await sdk() });
    } else {
      const theirs = await sdk();
      all.push({ ours: await ours(), sdk: theirs });
    }
  }
  return all;
}

function report(name: string, ratios: readonly number[], budget: string): void {
  const spread = `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`;
  print(`${name.padEnd(44)} ${median(ratios).toFixed(3)}   (${spread})   budget ${budget}`);
}

async function compare(): Promise<void> {
  print(`Node ${process.versions.node}, ${rounds} paired rounds in processes of their own`);
  const quick = await startApi({ runs: 20_000, delayMs: 0 });
  const stored = await paired(quick.port, true);
  quick.close();
  const [first] = stored;
  print(`20,000 runs: ours stored ${first?.ours.records}, the SDK's loop ${first?.sdk.records}`);
  report(
    'CPU, API to store, first sync / SDK',
    stored.map(({ ours, sdk }) => ours.first.cpu / sdk.first.cpu),
    '<= 0.55',
  );
  report(
    'CPU, all read again, nothing changed / SDK',
    stored.map(({ ours, sdk }) => (ours.second?.cpu ?? Number.NaN) / (sdk.second?.cpu ?? Number.NaN)),
    '<= 0.40',
  );
  const slow = await startApi({ runs: 10_000, delayMs: 30 });
  const waited = await paired(slow.port, false);
  slow.close();
  report(
    'wall, 10,000 runs, 30 ms an answer: SDK / ours',
    waited.map(({ ours, sdk }) => sdk.first.wall / ours.first.wall),
    '>= 3.5',
  );
}

async function memory(): Promise<void> {
  const api = await startApi({ runs: 1_000_000, delayMs: 0 });
  const {
    first,
    memory: samples,
    records,
  } = await measure({ peer: 'ours', port: api.port, again: false, samples: true });
  api.close();
  const after = samples.slice(1);
  const [base = Number.NaN] = after;
  print(
    `${records} records in ${(first.wall / 1000).toFixed(0)} s, ${((first.cpu * 1000) / records).toFixed(1)} µs CPU each`,
  );
  print(`MB resident, start and after each 100,000: ${samples.map((figure) => figure.toFixed(0)).join(' ')}`);
  print(
    `peak ${Math.max(...samples).toFixed(0)} MB (budget 120), growth after the first 100,000: ${(Math.max(...after) - base).toFixed(1)} MB (budget 10)`,
  );
}

const [role, options = '{}'] = process.argv.slice(2);
if (role === 'serve') {
  serve(JSON.parse(options) as ApiOptions);
} else if (role === 'client') {
  await run(JSON.parse(options) as Job);
} else if (role === '--memory') {
  await memory();
} else {
  await compare();
}
