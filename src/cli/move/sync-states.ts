import { realSurroundings } from '../../client/send.js';
import { integrationId } from '../../host/nango-connection.js';
import type { Side } from './side.js';

export interface SyncState {
  readonly name: string;
  readonly isPaused: boolean;
}

/** The syncs of a connection, or why they cannot be read. */
export type Syncs = { readonly syncs: readonly SyncState[] } | { readonly problem: string };

export interface SyncMove {
  readonly from: Side;
  readonly to: Side;
  readonly keepRunning: boolean;
  readonly signal: AbortSignal;
}

/** What there is to say of the syncs, and whether the move of them has to be done again. */
export interface Settled {
  readonly notes: readonly string[];
  readonly isDone: boolean;
}

export async function syncsOf(side: Side, id: string): Promise<Syncs> {
  const query = new URLSearchParams({ syncs: '*', provider_config_key: integrationId, connection_id: id });
  const answer = await side.ask('GET', `/sync/status?${query}`);
  const syncs = (answer.body as { syncs?: { name: string; status: string }[] } | undefined)?.syncs;
  return answer.status === 200 && Array.isArray(syncs)
    ? { syncs: syncs.map((sync) => ({ name: sync.name, isPaused: sync.status === 'PAUSED' })) }
    : { problem: `its syncs cannot be read at ${side.url}: ${side.refusal(answer)}` };
}

const command = (side: Side, verb: 'start' | 'pause', id: string, syncs: readonly string[]) =>
  side.ask('POST', `/sync/${verb}`, { provider_config_key: integrationId, connection_id: id, syncs });

const mostTries = 20;
const betweenTriesMs = 500;

/** A Nango makes the syncs of a connection a moment after it has answered, one after the other. */
async function syncsThere(to: Side, id: string, here: readonly SyncState[], signal: AbortSignal): Promise<Syncs> {
  for (let tries = 1; ; tries += 1) {
    const there = await syncsOf(to, id);
    const names = new Set('syncs' in there ? there.syncs.map(({ name }) => name) : []);
    if (here.every(({ name }) => names.has(name)) || tries === mostTries) {
      return there;
    }
    await realSurroundings.sleep(betweenTriesMs, signal);
  }
}

/** Paused ones stay paused there, and started ones are started: two of the four are not by themselves. */
async function sameStates(move: SyncMove, id: string, here: readonly SyncState[]): Promise<Settled> {
  const { keepRunning, signal, to } = move;
  if (here.length === 0) {
    return { notes: [], isDone: true };
  }
  const found = await syncsThere(to, id, here, signal);
  if ('problem' in found) {
    return { notes: [found.problem], isDone: false };
  }
  const there = new Map(found.syncs.map(({ isPaused, name }) => [name, isPaused]));
  const failures: string[] = [];
  for (const [verb, isPaused] of [
    ['pause', true],
    ['start', false],
  ] as const) {
    const names = here
      .filter((sync) => sync.isPaused === isPaused && there.get(sync.name) === !isPaused)
      .map(({ name }) => name);
    const done = names.length === 0 ? undefined : await command(to, verb, id, names);
    if (done !== undefined && done.status !== 200) {
      failures.push(`could not ${verb} ${names.join(', ')} there: ${to.refusal(done)}`);
    }
  }
  // A paused one that was never deployed there does not run there either.
  const missing = here
    .filter(({ isPaused, name }) => !there.has(name) && (!isPaused || there.size === 0))
    .map(({ name }) => name);
  const notes = missing.length > 0 ? [`these syncs are not there: ${missing.join(', ')}`] : [];
  return { notes: [...failures, ...notes], isDone: failures.length === 0 && (missing.length === 0 || keepRunning) };
}

/**
 * Brings the states there to those here, then pauses here what runs there: both would spend the same rate limit, and
 * tell the same news twice. Nothing is paused here before all states are set there: the states here are what a second
 * try goes by.
 */
export async function settleSyncs(move: SyncMove, id: string, here: readonly SyncState[]): Promise<Settled> {
  const { from, keepRunning } = move;
  const running = here.filter(({ isPaused }) => !isPaused).map(({ name }) => name);
  const there = await sameStates(move, id, here);
  if (keepRunning || running.length === 0) {
    return there;
  }
  const stillRun = `its syncs still run at ${from.url}`;
  if (!there.isDone) {
    return { notes: [...there.notes, stillRun], isDone: false };
  }
  const answer = await command(from, 'pause', id, running);
  return answer.status === 200
    ? there
    : { notes: [...there.notes, `${stillRun}: ${from.refusal(answer)}`], isDone: false };
}
