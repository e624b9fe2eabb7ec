import { pathToFileURL } from 'node:url';
import { fakeKeys } from '../../fake-api/keys.js';

export type Peer = 'ours' | 'undici' | 'nango' | 'sdk' | 'ajv';

/** What one measured process found: CPU and wall in milliseconds unless the name says another unit. */
export type Figures = Readonly<Record<string, number>>;

/** What a measured process is told. */
export interface Job {
  readonly work: string;
  readonly peer: Peer;
  /** Where the fake API listens. */
  readonly port: number;
  /** Runs in its history. */
  readonly runs: number;
  /** Calls in a pass. */
  readonly calls: number;
  /** An empty folder. */
  readonly folder: string;
}

/** One thing that is measured, as each peer does it. */
export type Work = (job: Job) => Promise<Figures>;

export const secretKey = fakeKeys['root:prod'];
export const originOf = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;

/** As published: the built files, each loaded by plain Node. Only the process that measures them loads a peer. */
const built = (path: string): Promise<unknown> => import(pathToFileURL(`${process.cwd()}/dist/${path}`).href);

export const loadOurs = () => built('index.js') as Promise<typeof import('../../../src/index.js')>;
export const loadHost = () => built('host/index.js') as Promise<typeof import('../../../src/host/index.js')>;
export const loadSdk = () => import('@trigger.dev/sdk');
export const loadUndici = () => import('undici');

/** CPU of this process, all its threads, and the wall. */
export async function timed(work: () => Promise<unknown>): Promise<{ cpu: number; wall: number }> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const { system, user } = process.cpuUsage(cpu);
  return { cpu: (system + user) / 1000, wall: performance.now() - wall };
}

/** A first pass with all that is loaded for it, cold; two that warm up; two that count. */
export async function passes(
  load: () => Promise<() => Promise<unknown>>,
): Promise<{ cold: number; warm: number; warmWall: number }> {
  let pass: () => Promise<unknown> = async () => undefined;
  const cold = await timed(async () => {
    pass = await load();
    await pass();
  });
  await pass();
  await pass();
  const warm = await timed(async () => {
    await pass();
    await pass();
  });
  return { cold: cold.cpu, warm: warm.cpu / 2, warmWall: warm.wall / 2 };
}
