// This package beside the official SDK, raw undici and Nango's runner: `npm run bench`, `-- --quick` for a minute,
// `-- --json`, `-- --only list,calls`, `-- --save` to renew test/bench/results. Exits 1 when a budget is missed.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type ApiOptions, serve } from './api/serve.js';
import { roundsOf } from './measure.js';
import { tableOf } from './report/table.js';
import { experiments, rows } from './rows.js';
import { type Result, resultOf } from './statistics.js';
import { works } from './work/index.js';
import type { Job } from './work/peer.js';

const options = {
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
  only: { type: 'string' },
} as const;

async function client(job: Job): Promise<void> {
  process.send?.(await works[job.work]?.(job));
  process.exit();
}

async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options });
  const wanted = values.only?.split(',') ?? Object.keys(experiments);
  const results: Result[] = [];
  const started = performance.now();
  for (const name of wanted) {
    const experiment = experiments[name];
    if (experiment === undefined) {
      throw new Error(`There is no ${name}; there are ${Object.keys(experiments).join(', ')}.`);
    }
    const size = values.quick ? experiment.quick : experiment.full;
    if (size.rounds > 0) {
      process.stderr.write(`${name} … `);
      const rounds = await roundsOf(experiment, size);
      results.push(...rows.filter((row) => row.experiment === name).map((row) => resultOf(row, rounds)));
      process.stderr.write(`${Math.round((performance.now() - started) / 1000)} s\n`);
    }
  }
  const missed = results.filter(({ isMet }) => isMet === false);
  if (values.json) {
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  } else {
    process.stdout.write(`Node ${process.versions.node}, ${cpus().length} CPUs\n${tableOf(results)}\n`);
    process.stdout.write(missed.length === 0 ? 'Every budget is met.\n' : `Missed: ${missed.length}.\n`);
  }
  process.exitCode = missed.length === 0 ? 0 : 1;
}

const [role, text = '{}', ...rest] = process.argv.slice(2);
if (role === 'serve') {
  serve(JSON.parse(text) as ApiOptions);
} else if (role === 'client') {
  await client(JSON.parse(text) as Job);
} else {
  await bench(role === undefined ? [] : [role, ...(process.argv.length > 3 ? [text, ...rest] : [])]);
}
