// This package beside the official SDK, raw undici and Nango's runner: `npm run bench`, `-- --quick` for a minute,
// `-- --json`, `-- --only list,calls`. A full run renews test/bench/results. Exits 1 when a budget is missed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ApiOptions, serve } from './api/serve.js';
import { roundsOf } from './measure.js';
import { chartOf } from './report/chart.js';
import { tableOf } from './report/table.js';
import { experiments, rows } from './rows.js';
import { type Result, resultOf } from './statistics.js';
import { works } from './work/index.js';
import type { Job } from './work/peer.js';

const options = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  only: { type: 'string' },
} as const;

async function client(job: Job): Promise<void> {
  process.send?.(await works[job.work]?.(job));
  process.exit();
}

/** Runs experiments one after the other; how far it is goes to standard error. */
async function resultsOf(names: readonly string[], isQuick: boolean): Promise<Result[]> {
  const results: Result[] = [];
  const started = performance.now();
  for (const name of names) {
    const experiment = experiments[name];
    if (experiment === undefined) {
      throw new Error(`There is no ${name}; there are ${Object.keys(experiments).join(', ')}.`);
    }
    const size = isQuick ? experiment.quick : experiment.full;
    if (size.rounds > 0) {
      process.stderr.write(`${name} … `);
      const rounds = await roundsOf(experiment, size);
      results.push(...rows.filter((row) => row.experiment === name).map((row) => resultOf(row, rounds)));
      process.stderr.write(`${Math.round((performance.now() - started) / 1000)} s\n`);
    }
  }
  return results;
}

async function bench(args: readonly string[]): Promise<void> {
  const { json, only, quick } = parseArgs({ args: [...args], options }).values;
  const results = await resultsOf(only?.split(',') ?? Object.keys(experiments), quick);
  const missed = results.filter(({ isMet }) => isMet === false);
  const date = new Date().toISOString().slice(0, 10);
  const subtitle = `${date}, Node ${process.versions.node}, ${cpus().length} CPUs, medians of paired rounds in fresh processes`;
  const data = `${JSON.stringify({ date, node: process.versions.node, cpus: cpus().length, quick, results }, null, 2)}\n`;
  const verdict = missed.length === 0 ? 'Every budget is met.' : `Budgets missed: ${missed.length}.`;
  const table = `${subtitle}\n\n${tableOf(results)}\n\n${verdict}\n`;
  process.stdout.write(json ? data : table);
  if (!quick && only === undefined) {
    const folder = join(process.cwd(), 'test/bench/results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'results.json'), data);
    writeFileSync(join(folder, 'results.txt'), table);
    writeFileSync(join(folder, 'chart.svg'), chartOf(results, subtitle));
  }
  process.exitCode = missed.length === 0 ? 0 : 1;
}

const args = process.argv.slice(2);
const [role, text = '{}'] = args;
if (role === 'serve') {
  serve(JSON.parse(text) as ApiOptions);
} else if (role === 'client') {
  await client(JSON.parse(text) as Job);
} else {
  await bench(args);
}
