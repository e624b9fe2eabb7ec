import { join } from 'node:path';
import type { Store } from '../../../src/host/index.js';
import { projectRef } from '../../fake-api/keys.js';
import { type Figures, type Job, loadHost, loadOurs, loadSdk, originOf, secretKey, timed, type Work } from './peer.js';

const functions = `${process.cwd()}/integrations/build`;
const megabytes = () => process.memoryUsage.rss() / 1024 / 1024;

/** What a user of the SDK writes: every run of the list, a page at a time into the store. */
async function sdkSync({ runs }: Awaited<ReturnType<typeof loadSdk>>, store: Store): Promise<void> {
  let page: { id: string }[] = [];
  const save = () => {
    store.saveRecords('bench', 'Run', page);
    page = [];
  };
  for await (const run of runs.list({ limit: 100, from: 1 })) {
    page.push(run);
    if (page.length === 100) {
      save();
    }
  }
  save();
}

async function sdkJob(job: Job, openStore: (path: string) => Promise<Store>): Promise<Figures> {
  const sdk = await loadSdk();
  sdk.configure({ accessToken: secretKey, baseURL: originOf(job) });
  const store = await openStore(join(job.folder, 'sdk.db'));
  // Loading is measured elsewhere: both have made a call before.
  await sdk.runs.list({ limit: 1, from: 1 });
  const first = await timed(() => sdkSync(sdk, store));
  const again = await timed(() => sdkSync(sdk, store));
  return figuresOf(job, store.countRecords('bench', 'Run'), first, again);
}

function figuresOf(
  { peer, runs }: Job,
  stored: number,
  first: { cpu: number; wall: number },
  again: { cpu: number; wall: number },
): Figures {
  if (stored !== runs) {
    throw new Error(`${peer} stored ${stored} of ${runs} runs.`);
  }
  return { first: first.cpu, firstWall: first.wall, again: again.cpu, againWall: again.wall };
}

/** A host on a new store, connected to the fake API, in a process of its own as the command line is. */
async function connectedHost(job: Job) {
  const [{ Host, leanProcess, openStore }, { parseConnection }] = await Promise.all([loadHost(), loadOurs()]);
  leanProcess();
  const values = { apiKey: secretKey, projectRef, baseUrl: originOf(job) };
  const parsed = parseConnection(values, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.issues));
  }
  const store = await openStore(join(job.folder, 'ours.db'));
  const host = new Host({ store, functions });
  const { id } = host.connect(parsed.connection);
  host.setMetadata(id, { rateShare: 1 });
  return { host, store, id };
}

/** From the API, checked, into the store: all of a history, and all of it again when nothing changed. */
export const store: Work = async (job) => {
  if (job.peer === 'sdk') {
    const { openStore } = await loadHost();
    return sdkJob(job, openStore);
  }
  const { host, id, store } = await connectedHost(job);
  await Promise.all([host.runAction(id, 'list-runs', { limit: 1 }), host.describeSync('runs')]);
  const first = await timed(() => host.runSync(id, 'runs'));
  // Without a checkpoint all is read again.
  store.clearCheckpoint(id, 'runs');
  const again = await timed(() => host.runSync(id, 'runs'));
  return figuresOf(job, store.countRecords(id, 'Run'), first, again);
};

/** What a pass without a change costs where many runs are open: requests, and CPU. */
export const open: Work = async (job) => {
  const { host, id } = await connectedHost(job);
  const asked = async () => Number(await (await fetch(`${originOf(job)}/asked`)).text());
  await host.runSync(id, 'runs');
  // Behind a full pass the open ones are listed by themselves, for the first time.
  await host.runSync(id, 'runs');
  const before = await asked();
  const { cpu } = await timed(() => host.runSync(id, 'runs'));
  return { requests: (await asked()) - before, cpu };
};

/** The same for ours alone, with the memory that is resident after each tenth. */
export const memory: Work = async (job) => {
  const { host, id, store } = await connectedHost(job);
  const figures: Record<string, number> = { '0': megabytes() };
  let part = 1;
  const onProgress = ({ counts }: { counts: { added: number } }) => {
    if (counts.added >= (part * job.runs) / 10) {
      figures[String(part)] = megabytes();
      part += 1;
    }
  };
  const { cpu, wall } = await timed(() => host.runSync(id, 'runs', { onProgress }));
  const { first } = figuresOf(job, store.countRecords(id, 'Run'), { cpu, wall }, { cpu, wall });
  const samples = Object.values(figures);
  const [, tenth = Number.NaN, ...later] = samples;
  return {
    ...figures,
    cpuPerRecordUs: (Number(first) * 1000) / job.runs,
    wall,
    peak: process.resourceUsage().maxRSS / 1024,
    growth: Math.max(...later) - tenth,
  };
};
