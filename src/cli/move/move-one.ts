import { realSurroundings } from '../../client/send.js';
import { integrationId } from '../../host/nango-connection.js';
import { type FullConnection, importOf, isSame, look } from './moved-connection.js';
import { refusalIn, type Side } from './side.js';
import { pathOf } from './target.js';

export interface MoveOptions {
  readonly from: Side;
  readonly to: Side;
  readonly isForNango: boolean;
  /** Of another Nango than a host of ours: hosts by https only. */
  readonly isNango: boolean;
  readonly dryRun: boolean;
  readonly replace: boolean;
  readonly keepRunning: boolean;
  readonly signal: AbortSignal;
}

export interface Moved {
  readonly id: string;
  readonly outcome: 'moved' | 'replaced' | 'would move' | 'would replace' | 'moved before' | 'left alone' | 'refused';
  readonly notes: readonly string[];
}

interface SyncState {
  readonly name: string;
  readonly isPaused: boolean;
}

async function syncsOf(side: Side, id: string): Promise<SyncState[]> {
  const query = new URLSearchParams({ syncs: '*', provider_config_key: integrationId, connection_id: id });
  const { body, status } = await side.ask('GET', `/sync/status?${query}`);
  const syncs = status === 200 ? (body as { syncs: { name: string; status: string }[] }).syncs : [];
  return syncs.map((sync) => ({ name: sync.name, isPaused: sync.status === 'PAUSED' }));
}

const command = (side: Side, verb: 'start' | 'pause', id: string, syncs: readonly string[]) =>
  side.ask('POST', `/sync/${verb}`, { provider_config_key: integrationId, connection_id: id, syncs });

const mostTries = 20;
const betweenTriesMs = 500;

/** A Nango makes the syncs of a connection a moment after it has answered. */
async function syncsThere(side: Side, id: string, signal: AbortSignal): Promise<SyncState[]> {
  for (let tries = 1; ; tries += 1) {
    const there = await syncsOf(side, id);
    if (there.length > 0 || tries === mostTries) {
      return there;
    }
    await realSurroundings.sleep(betweenTriesMs, signal);
  }
}

/** Paused ones stay paused there, and started ones are started: two of the four are not by themselves. */
async function sameStates({ signal, to }: MoveOptions, id: string, here: readonly SyncState[]): Promise<string[]> {
  const there = here.length === 0 ? [] : await syncsThere(to, id, signal);
  const notes: string[] = [];
  for (const [verb, isPaused] of [
    ['pause', true],
    ['start', false],
  ] as const) {
    const wanted = new Set(here.filter((sync) => sync.isPaused === isPaused).map(({ name }) => name));
    const names = there.filter((sync) => wanted.has(sync.name) && sync.isPaused !== isPaused).map(({ name }) => name);
    const done = names.length === 0 ? undefined : await command(to, verb, id, names);
    if (done !== undefined && done.status !== 200) {
      notes.push(`could not ${verb} ${names.join(', ')} there: ${refusalIn(done)}`);
    }
  }
  return there.length === 0 && here.length > 0 ? [`its syncs are not there`] : notes;
}

/** Both would spend the same rate limit, and tell the same news twice. */
async function pauseHere(
  { from, keepRunning }: MoveOptions,
  id: string,
  here: readonly SyncState[],
): Promise<string[]> {
  const running = here.filter(({ isPaused }) => !isPaused).map(({ name }) => name);
  if (keepRunning || running.length === 0) {
    return [];
  }
  const { body, status } = await command(from, 'pause', id, running);
  return status === 200 ? [] : [`its syncs still run at ${from.url}: ${refusalIn({ body, status })}`];
}

/** With its key, or why it cannot be read: at Nango also one whose key was refused. */
async function read(side: Side, id: string): Promise<{ connection: FullConnection } | { problem: string }> {
  const answer = await side.ask('GET', pathOf(id));
  return answer.status === 200
    ? { connection: answer.body as FullConnection }
    : { problem: `it cannot be read at ${side.url}: ${refusalIn(answer)}` };
}

async function isThere(side: Side, id: string): Promise<boolean> {
  const query = new URLSearchParams({ connectionId: id, integrationId });
  const { body, status } = await side.ask('GET', `/connections?${query}`);
  return status === 200 && (body as { connections: unknown[] }).connections.length > 0;
}

/** Moves one connection; what was done of it before is not done again. */
export async function moveOne(options: MoveOptions, id: string): Promise<Moved> {
  const { dryRun, from, isForNango, isNango, replace, signal, to } = options;
  const refused = (...notes: string[]): Moved => ({ id, outcome: 'refused', notes });
  const source = await read(from, id);
  if ('problem' in source) {
    return refused(source.problem);
  }
  const { connection } = source;
  const wanted = importOf(connection, isForNango);
  const known = await isThere(to, id);
  if (known) {
    const there = await read(to, id);
    if ('connection' in there && isSame(there.connection, wanted)) {
      const notes = dryRun ? [] : await pauseHere(options, id, await syncsOf(from, id));
      return { id, outcome: 'moved before', notes };
    }
    if (!replace) {
      return { id, outcome: 'left alone', notes: ['another one of this id is there; --replace replaces it'] };
    }
  }
  const looked = await look(connection, wanted, { isNango, signal });
  if (looked.refusal !== undefined) {
    return refused(looked.refusal);
  }
  if (dryRun) {
    return { id, outcome: known ? 'would replace' : 'would move', notes: looked.warnings };
  }
  const here = await syncsOf(from, id);
  const made = await to.ask('POST', '/connections', wanted);
  if (made.status !== 201) {
    return refused(refusalIn(made));
  }
  // What it was warned of did not come true.
  const notes = [...(await sameStates(options, id, here)), ...(await pauseHere(options, id, here))];
  return { id, outcome: known ? 'replaced' : 'moved', notes };
}
