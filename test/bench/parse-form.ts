// What checking a form costs: `npm run bench:form`. A report, not a test: machines differ.
import { parseConnection } from '../../src/connection/index.js';
import { keys } from '../connection/cases.js';

const full = { projectRef: 'proj_abcdefghij', environment: 'prod', baseUrl: 'https://api.trigger.dev' };

const forms = [
  { name: 'valid secret key', budget: 10, values: { apiKey: keys.prod } },
  { name: 'valid PAT, all fields', budget: 10, values: { apiKey: keys.pat, ...full } },
  { name: 'the same, own host', budget: 10, values: { apiKey: keys.pat, ...full, baseUrl: 'trigger.example.com' } },
  {
    name: 'invalid, every field',
    budget: 100,
    values: { apiKey: 'x', projectRef: 'a b', environment: 'nope', baseUrl: 'ftp://x', previewBranch: 'a b' },
  },
  // zod has to say what is wrong here, not the rule table.
  { name: 'invalid, wrong types', budget: 100, values: { apiKey: 7, environment: [], secret: 'x' } },
];

const rounds = 31;
const perRound = 2_000;
const warmUp = 20_000;

function round(values: unknown): number {
  // CPU time of this process: what else the machine does must not count.
  const start = process.cpuUsage();
  for (let index = 0; index < perRound; index += 1) {
    parseConnection(values);
  }
  const { system, user } = process.cpuUsage(start);
  return (system + user) / perRound;
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;

const lines = forms.map(({ budget, name, values }) => {
  for (let index = 0; index < warmUp; index += 1) {
    parseConnection(values);
  }
  const sorted = Array.from({ length: rounds }, () => round(values)).sort((a, b) => a - b);
  const figures = [at(sorted, 0.5), at(sorted, 0), budget].map((figure) => figure.toFixed(1).padStart(8));
  return `${name.padEnd(24)}${figures.join('')}`;
});

process.stdout.write(
  [
    `µs CPU per parseConnection, Node ${process.versions.node}, ${rounds} rounds of ${perRound} after ${warmUp} to warm up`,
    `${''.padEnd(24)}${['median', 'best', 'budget'].map((name) => name.padStart(8)).join('')}`,
    ...lines,
    '',
  ].join('\n'),
);
