import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Nango } from '@nangohq/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type EnvName,
  type FakeApi,
  type HostileApi,
  type Hostility,
  type KeyName,
  startFakeApi,
  startHostileApi,
} from '../fake-api/index.js';
import { type Received, type Receiver, startReceiver } from '../setup/webhook-receiver.js';
import { type Calls, callsOf, type ShownRun } from './calls.js';
import { Crowd } from './crowd.js';
import { deliveriesOf } from './deliveries.js';
import { growthOf, latencyTable } from './figures.js';
import { HostProcess, type LogEvent } from './host-process.js';
import { cutOff, hasSyncedSince, longestWait, startsOf } from './starts.js';

const seconds = Number(process.env['LOAD_SECONDS'] ?? 60);
const clients = Number(process.env['LOAD_CLIENTS'] ?? 200);
const hostileKinds: readonly Hostility[] = ['endless cursors', 'tiny rate limits', 'huge pages', 'slow responses'];
const honestIds = Array.from({ length: 50 }, (_, index) => `honest-${index}`);
const replacedIds = Array.from({ length: 8 }, (_, index) => `replaced-${index}`);
const frequency = { text: 'every 30 seconds', ms: 30_000 };
/** What the records of a connection are held to comes from its environment; that of a neighbour is another. */
const environments: readonly { key: KeyName; env: EnvName }[] = [
  { key: 'root:prod', env: 'prod' },
  { key: 'root:stg', env: 'stg' },
];
const environmentOf = (place: number) => environments[place % environments.length] as (typeof environments)[number];
/** As much as a heap of 256 MB leaves room for, and as much again outside of it: more is a leak. */
const mostMegabytes = 512;

const apiKey = randomUUID();
const webhookKey = randomUUID();
/** Honest connections: those that are used, and those whose key is replaced again and again. */
const sources = new Map<string, { key: KeyName; env: EnvName; connectedAt: number }>();
let receiver: Receiver;
let honest: FakeApi;
let hostile: HostileApi[] = [];
let host: HostProcess;
let calls: Calls;
let crowd: Crowd;
/** The log up to the kill. */
let firstLife: readonly LogEvent[];
/** Of the second life: the first is over. */
const megabytes: number[] = [];
/** What the clients' own event loop adds to each figure, in milliseconds at its p99. */
let ownMs = 0;
/** When the last sync that was waited for had ended. */
let endedAt = 0;

const say = (text: string) => process.stdout.write(`${text}\n`);

const ofHonest = ({ connection }: LogEvent) => connection?.startsWith('hostile-') !== true;

async function connectAll(): Promise<void> {
  // The hostile have all that they can get before the first honest one comes.
  for (const [place, api] of hostile.entries()) {
    expect(await calls.connect(`hostile-${place}`, { api, key: 'root:prod' })).toMatchObject({ status: 201 });
  }
  await vi.waitFor(() => expect(hostile.filter((api) => api.asked() === 0)).toEqual([]), 60_000);
  for (const [place, id] of [...honestIds, ...replacedIds].entries()) {
    const { env, key } = environmentOf(place);
    sources.set(id, { key, env, connectedAt: Date.now() });
    expect(await calls.connect(id, { api: honest, key })).toMatchObject({ status: 201 });
    expect(await calls.setFrequency(id, 'runs', frequency.text)).toMatchObject({ status: 200 });
  }
}

/** Runs that have ended do not change any more. */
function endSomeRuns(): void {
  for (const { env } of environments) {
    for (const { run } of honest.project.store.shelf(env).open.items.slice(0, 10)) {
      honest.project.updateRun(run.id, { status: 'COMPLETED' });
    }
  }
}

/** The clients at work, and the kill in the middle. */
async function load(): Promise<void> {
  const ownLoop = monitorEventLoopDelay({ resolution: 10 });
  ownLoop.enable();
  const sampling = setInterval(() => {
    if (!host.isDown) {
      megabytes.push(host.megabytes());
    }
  }, 250);
  const changing = setInterval(endSomeRuns, 250);
  const killing = wait(seconds * 500).then(async () => {
    firstLife = await host.killAndStart();
    megabytes.length = 0;
  });
  await crowd.work(Date.now() + seconds * 1_000);
  await killing;
  clearInterval(sampling);
  clearInterval(changing);
  ownMs = Math.round(ownLoop.percentile(99) / 1e6);
  say(`${clients} clients for ${seconds} s:\n${latencyTable(crowd.latencies)}`);
  say(`of which the clients' own event loop: p99 ${ownMs} ms`);
}

/** The last changes come with the next sync of each connection, by its own frequency. */
async function settle(): Promise<void> {
  const since = Date.now();
  const isBehind = (id: string) => !hasSyncedSince(host.events, id, since);
  await vi.waitFor(() => expect([...sources.keys()].filter(isBehind)).toEqual([]), {
    timeout: 4 * frequency.ms,
    interval: 500,
  });
  endedAt = Date.now();
}

beforeAll(
  async () => {
    receiver = await startReceiver();
    // One server for all of them, which is the hardest: to the lanes they are one among five. It limits nobody's rate.
    honest = await startFakeApi({ runs: 600, rateLimit: { limit: 1e6, refill: 1e6 } });
    hostile = await Promise.all(hostileKinds.map((kind) => startHostileApi(kind)));
    host = new HostProcess({ apiKey, webhookKey, webhookUrl: receiver.url });
    calls = callsOf(host, apiKey);
    await host.start();
    await connectAll();
    const replaced = [...sources].flatMap(([id, { key }]) =>
      replacedIds.includes(id) ? [{ id, api: honest, key }] : [],
    );
    crowd = new Crowd({ calls, host, clients, ids: honestIds, replaced });
    await load();
    await settle();
  },
  seconds * 1_000 + 300_000,
);

afterAll(async () => {
  await host.end();
  receiver.close();
  await Promise.all([honest, ...hostile].map((api) => api.close()));
});

describe(`${clients} clients, ${hostileKinds.length} hostile servers and ${honestIds.length} honest connections for ${seconds} s, killed in the middle`, () => {
  it('bring no error to the honest', () => {
    for (const [place, api] of hostile.entries()) {
      const failures = host.events.filter(
        ({ connection, event }) => connection === `hostile-${place}` && event === 'sync.failed',
      );
      const codes = [...new Set(failures.map(({ code }) => code))].join(', ') || 'none';
      say(
        `hostile, ${hostileKinds[place]}: ${api.asked()} lists asked, ${failures.length} failures of syncs (${codes})`,
      );
    }
    expect(crowd.problems.slice(0, 5)).toEqual([]);
    expect(host.events.filter((event) => event.level !== 'info' && ofHonest(event))).toEqual([]);
  });

  it('start each task once, however often it was sent', () => {
    const runs = environments.flatMap(({ env }) => honest.project.runsOf(env));
    const started = runs.filter(({ idempotencyKey }) => crowd.startedTasks.has(String(idempotencyKey)));
    expect(started).toHaveLength(crowd.startedTasks.size);
  });

  it('leave every connection with the runs of its own environment, each once', async () => {
    for (const [id, { env }] of sources) {
      const records = await calls.allRuns(id);
      const shown = ({ id, status, updatedAt }: ShownRun) => [id, `${status} ${updatedAt}`] as const;
      expect(new Map(records.map(shown))).toEqual(new Map(honest.project.runsOf(env).map(shown)));
      expect(records).toHaveLength(new Set(records.map((record) => record.id)).size);
    }
  });

  it('let webhooks tell of what is stored, each once and signed', async () => {
    const deliveries = () => deliveriesOf(receiver.received, host.events.filter(ofHonest));
    // Those that were under way at the kill are gone.
    const mostLost = deliveriesOf([], firstLife.filter(ofHonest)).unsent;
    await vi.waitFor(() => expect(deliveries().missing.length).toBeLessThanOrEqual(mostLost), 30_000);
    const { addedRuns, doubled, missing } = deliveries();
    expect(doubled).toEqual([]);
    const nango = new Nango({ host: host.url, secretKey: apiKey, webhookSigningKey: webhookKey });
    const isSigned = ({ headers, text }: Received) => nango.verifyIncomingWebhookRequest(text, headers);
    expect(receiver.received.filter((one) => !isSigned(one))).toEqual([]);
    // What a run had stored before it was cut off, none tells of.
    const lessTold = new Set([...cutOff(firstLife), ...missing.map((one) => one.split(' ')[0] ?? '')]);
    const whole = honestIds.filter((id) => !lessTold.has(id));
    const told = (id: string) => addedRuns.get(id) ?? 0;
    const stored = (id: string) => honest.project.runsOf(sources.get(id)?.env ?? 'prod').length;
    expect(whole.map((id) => [id, told(id)])).toEqual(whole.map((id) => [id, stored(id)]));
    expect(honestIds.filter((id) => told(id) > stored(id))).toEqual([]);
    say(
      `webhooks: ${receiver.received.length}; ${missing.length} lost with the kill; ${whole.length} of ${honestIds.length} honest connections were told of every run`,
    );
  });

  it('let every honest sync start in time', () => {
    const starts = startsOf(host.events);
    const count = honestIds.reduce((sum, id) => sum + (starts.get(id)?.length ?? 0), 0);
    const waits = honestIds.map((id) => longestWait(starts.get(id) ?? [], sources.get(id)?.connectedAt ?? 0, endedAt));
    const worst = Math.max(...waits);
    // Twice its frequency is what is promised. A machine that is busy with something else is held to twice as much,
    // which a sync whose lane never comes back misses as well.
    const isAtRest = ownMs <= 100;
    const most = (isAtRest ? 2 : 4) * frequency.ms;
    say(
      `honest syncs: ${count}, the longest wait for one ${(worst / 1_000).toFixed(1)} s at a frequency of ${frequency.ms / 1_000} s, held to ${most / 1_000} s on a machine ${isAtRest ? 'at rest' : 'that is busy'}`,
    );
    expect(worst).toBeLessThanOrEqual(most);
  });

  it('leave memory flat', () => {
    const { early, late } = growthOf(megabytes);
    const peak = Math.max(...megabytes);
    say(`memory since the restart: ${early.toFixed(0)} MB, then ${late.toFixed(0)} MB, at most ${peak.toFixed(0)} MB`);
    expect(peak).toBeLessThan(mostMegabytes);
    if (seconds < 45) {
      say('the growth of memory is not judged in less than 45 seconds: the heap still grows to its size');
      return;
    }
    expect(late).toBeLessThan(early * 1.2 + 10);
  });
});
