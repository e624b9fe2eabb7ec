// One measured process: a sync of runs into a record store, ours or the official SDK's loop.
import { join } from 'node:path';
import { parseConnection } from '../../../src/connection/index.js';
import { Host, openStore, type Store } from '../../../src/host/index.js';
import { fakeKeys, projectRef } from '../../fake-api/keys.js';

export interface Job {
  readonly peer: 'ours' | 'sdk';
  readonly port: number;
  readonly folder: string;
  readonly functions: string;
  /** Read everything a second time, when nothing changed. */
  readonly again: boolean;
  readonly samples: boolean;
}

export interface Figures {
  readonly records: number;
  /** Milliseconds of CPU, user and system, and of the wall. */
  readonly first: { readonly cpu: number; readonly wall: number };
  readonly second: { readonly cpu: number; readonly wall: number } | undefined;
  /** Megabytes resident: at the start, and after each 100,000 records. */
  readonly memory: readonly number[];
}

const secretKey = fakeKeys['root:prod'];
const megabytes = () => process.memoryUsage.rss() / 1024 / 1024;

async function timed(work: () => Promise<unknown>) {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const { system, user } = process.cpuUsage(cpu);
  return { cpu: (system + user) / 1000, wall: performance.now() - wall };
}

type Sdk = typeof import('@trigger.dev/sdk');

/** What a user of the SDK writes: every run of the list, a page at a time into the store. */
async function sdkSync({ runs }: Sdk, store: Store): Promise<void> {
  let page: { id: string }[] = [];
  for await (const run of runs.list({ limit: 100, from: 1 })) {
    page.push(run);
    if (page.length === 100) {
      store.saveRecords('bench', 'Run', page);
      page = [];
    }
  }
  if (page.length > 0) {
    store.saveRecords('bench', 'Run', page);
  }
}

async function sdkJob({ again, folder, port }: Job): Promise<Figures> {
  // Loaded by its own process only: it would count as memory of ours.
  const sdk = await import('@trigger.dev/sdk');
  sdk.configure({ accessToken: secretKey, baseURL: `http://127.0.0.1:${port}` });
  const store = await openStore(join(folder, 'sdk.db'));
  // Loading is measured elsewhere: both have made a call before.
  await sdk.runs.list({ limit: 1, from: 1 });
  const first = await timed(() => sdkSync(sdk, store));
  const second = again ? await timed(() => sdkSync(sdk, store)) : undefined;
  return { records: store.countRecords('bench', 'Run'), first, second, memory: [] };
}

async function ourJob({ again, folder, functions, port, samples }: Job): Promise<Figures> {
  const values = { apiKey: secretKey, projectRef, baseUrl: `http://127.0.0.1:${port}` };
  const parsed = parseConnection(values, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  const store = await openStore(join(folder, 'ours.db'));
  const host = new Host({ store, functions });
  const { id } = host.connect(parsed.connection);
  host.setMetadata(id, { rateShare: 1 });
  await Promise.all([host.runAction(id, 'list-runs', { limit: 1 }), host.describeSync('runs')]);
  const memory = [megabytes()];
  const onProgress = ({ counts }: { counts: { added: number } }) => {
    if (samples && counts.added >= memory.length * 100_000) {
      memory.push(megabytes());
    }
  };
  const first = await timed(() => host.runSync(id, 'runs', { onProgress }));
  if (again) {
    // Without a checkpoint all is read again.
    store.clearCheckpoint(id, 'runs');
  }
  const second = again ? await timed(() => host.runSync(id, 'runs')) : undefined;
  return { records: store.countRecords(id, 'Run'), first, second, memory };
}

export async function run(job: Job): Promise<void> {
  process.send?.(await (job.peer === 'ours' ? ourJob(job) : sdkJob(job)));
  process.disconnect();
}
