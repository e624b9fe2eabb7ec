// What minting costs beside the official SDK: `npm run bench:tokens`. A report, not a test: machines differ.
// It runs bundled, on plain Node: a loader of TypeScript makes each `import()` dear, and the SDK has one a token.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { auth as sdk } from '@trigger.dev/sdk';
import { auth, closeConnections } from '../../src/client/index.js';
import { fakeKeys } from '../fake-api/keys.js';

const rounds = 21;
const perRound = 150;
const warmUp = 400;
const budget = 0.12;
const many = 100_000;

/** The SDK asks for the claims of each token; a process of its own answers, so that only clients are measured. */
function serve(): void {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"sub":"env_1","pub":true}');
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}

const request = { scopes: { read: { runs: ['run_1234', 'run_5678'] } }, expirationTime: '1hr' };
type Mint = () => Promise<string>;

async function mintMany(mint: Mint, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await mint();
  }
}

/** µs CPU of this process, all its threads, per token. */
async function round(mint: Mint): Promise<number> {
  const start = process.cpuUsage();
  await mintMany(mint, perRound);
  const { system, user } = process.cpuUsage(start);
  return (system + user) / perRound;
}

const median = (figures: readonly number[]) =>
  [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;

const megabytes = () => {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

async function measure(port: number): Promise<string[]> {
  const target = { accessToken: fakeKeys['root:prod'], baseURL: `http://127.0.0.1:${port}` };
  const ours: Mint = () => auth.createPublicToken(request);
  const theirs: Mint = () => sdk.createPublicToken(request);
  return auth.withAuth(
    target,
    () =>
      sdk.withAuth(target, async () => {
        await mintMany(ours, warmUp);
        await mintMany(theirs, warmUp);
        const costs = { ours: [] as number[], theirs: [] as number[] };
        // Ours, theirs, theirs, ours: what drifts while it runs falls on both.
        for (let index = 0; index < rounds; index += 1) {
          const order = index % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const);
          for (const name of order) {
            costs[name].push(await round(name === 'ours' ? ours : theirs));
          }
        }
        const [mine, other] = [median(costs.ours), median(costs.theirs)];
        const samples: number[] = [];
        for (let part = 0; part < 5; part += 1) {
          await mintMany(ours, many / 5);
          samples.push(megabytes());
        }
        return [
          `µs CPU per token, Node ${process.versions.node}, median of ${rounds} paired rounds of ${perRound} after ${warmUp} to warm up`,
          `ours ${mine.toFixed(1)}   SDK ${other.toFixed(1)}   ratio ${(mine / other).toFixed(3)}   budget ${budget}`,
          `heap after each fifth of ${many.toLocaleString('en')} tokens: ${samples.map((sample) => sample.toFixed(1)).join(', ')} MB`,
        ];
      }) as unknown as Promise<string[]>,
  );
}

if (process.send === undefined) {
  const server = fork(fileURLToPath(import.meta.url), { execArgv: [] });
  const port = await new Promise<number>((resolve) => server.once('message', (message) => resolve(message as number)));
  const lines = await measure(port);
  process.stdout.write(`${lines.join('\n')}\n`);
  await closeConnections();
  server.disconnect();
} else {
  serve();
}
