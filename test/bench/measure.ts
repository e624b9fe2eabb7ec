import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiOptions } from './api/serve.js';
import type { Experiment, Size } from './rows.js';
import type { Figures, Job, Peer } from './work/peer.js';

const self = fileURLToPath(import.meta.url);

/** The figures of each peer in one round. */
export type Round = Readonly<Partial<Record<Peer, Figures>>>;

function startApi(options: ApiOptions): Promise<{ port: number; close(): void }> {
  const child = fork(self, ['serve', JSON.stringify(options)]);
  return new Promise((resolve, reject) => {
    child.once('message', (port) => resolve({ port: port as number, close: () => child.disconnect() }));
    child.once('exit', (code) => reject(new Error(`The API ended with ${code}.`)));
  });
}

/** One job in a process of its own, with an empty folder. */
async function measure(job: Omit<Job, 'folder'>): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const child = fork(self, ['client', JSON.stringify({ ...job, folder })]);
  try {
    return await new Promise<Figures>((resolve, reject) => {
      child.once('message', (figures) => resolve(figures as Figures));
      child.once('exit', (code) => reject(new Error(`${job.work} of ${job.peer} ended with ${code}.`)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A B C, C B A, and so on: what drifts while it runs falls on all alike. */
export const orderOf = (peers: readonly Peer[], round: number): readonly Peer[] =>
  round % 2 === 0 ? peers : [...peers].reverse();

export async function roundsOf({ peers, work }: Experiment, size: Size): Promise<Round[]> {
  const { calls, delayMs, openEvery, runs } = size;
  const api = await startApi({ runs, delayMs, ...(openEvery !== undefined && { openEvery }) });
  const rounds: Round[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const found: Partial<Record<Peer, Figures>> = {};
    for (const peer of orderOf(size.peers ?? peers, round)) {
      found[peer] = await measure({ work, peer, port: api.port, runs, calls });
    }
    rounds.push(found);
  }
  api.close();
  return rounds;
}
