import { ConnectorError, keepSecret } from '../../errors/index.js';
import { integrationId } from '../../host/nango-connection.js';
import { type FullConnection, importOf, isSame, look } from './moved-connection.js';
import type { Side } from './side.js';
import { type Settled, type SyncMove, settleSyncs, syncsOf } from './sync-states.js';
import { pathOf } from './target.js';

export interface MoveOptions extends SyncMove {
  readonly isForNango: boolean;
  /** Of another Nango than a host of ours: hosts by https only. */
  readonly isNango: boolean;
  readonly dryRun: boolean;
  readonly replace: boolean;
}

export interface Moved {
  readonly id: string;
  /** `incomplete`: it is there, or may be, and its syncs are not yet as they should be. */
  readonly outcome:
    | 'moved'
    | 'replaced'
    | 'would move'
    | 'would replace'
    | 'moved before'
    | 'left alone'
    | 'incomplete'
    | 'refused';
  readonly notes: readonly string[];
}

type Read = { readonly connection: FullConnection } | { readonly problem: string; readonly status: number };

/** With its key, or why it cannot be read: at Nango also one whose key was refused. */
async function read(side: Side, id: string): Promise<Read> {
  const answer = await side.ask('GET', pathOf(id));
  if (answer.status !== 200) {
    return { problem: `it cannot be read at ${side.url}: ${side.refusal(answer)}`, status: answer.status };
  }
  const connection = answer.body as FullConnection;
  keepSecret(connection.credentials.apiKey);
  return { connection };
}

/** Only a clear answer counts: an import would overwrite what nobody saw. */
async function isThere(side: Side, id: string): Promise<boolean | string> {
  const query = new URLSearchParams({ connectionId: id, integrationId });
  const answer = await side.ask('GET', `/connections?${query}`);
  const found = (answer.body as { connections?: unknown[] } | undefined)?.connections;
  if (answer.status === 404 || (answer.status === 200 && Array.isArray(found))) {
    return answer.status === 200 && found !== undefined && found.length > 0;
  }
  return `${side.name} does not say whether it is there: ${side.refusal(answer)}`;
}

const isFinal = (error: unknown) =>
  error instanceof ConnectorError && (error.code === 'unauthorized' || error.code === 'aborted');

/** What went wrong, for a note; a refused key and a stopped command end the whole move. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted || isFinal(error)) {
    throw signal.aborted ? new ConnectorError('aborted') : error;
  }
  const said = error instanceof Error ? error.message : String(error);
  return error instanceof ConnectorError ? said : `an answer was not understood (${said})`;
}

async function settled(
  options: MoveOptions,
  id: string,
  outcome: Moved['outcome'],
  work: () => Promise<Settled>,
): Promise<Moved> {
  try {
    const { isDone, notes } = await work();
    return { id, outcome: isDone ? outcome : 'incomplete', notes };
  } catch (error) {
    return { id, outcome: 'incomplete', notes: [reasonOf(error, options.signal)] };
  }
}

/** An earlier move may have been stopped before the syncs were as they should be, or it went the other way. */
async function finish(options: MoveOptions, id: string): Promise<Settled> {
  const here = await syncsOf(options.from, id);
  if ('problem' in here) {
    return { notes: [here.problem], isDone: false };
  }
  const isOver = here.syncs.every(({ isPaused }) => isPaused);
  return isOver ? { notes: [], isDone: true } : await settleSyncs(options, id, here.syncs);
}

async function moveKnown(options: MoveOptions, id: string): Promise<Moved> {
  const { dryRun, from, isForNango, isNango, replace, signal, to } = options;
  const refused = (...notes: string[]): Moved => ({ id, outcome: 'refused', notes });
  const source = await read(from, id);
  if ('problem' in source) {
    return refused(source.problem);
  }
  const { connection } = source;
  const wanted = importOf(connection, isForNango);
  const known = await isThere(to, id);
  if (typeof known === 'string') {
    return refused(known);
  }
  if (known) {
    const there = await read(to, id);
    if ('connection' in there && isSame(there.connection, wanted)) {
      return dryRun
        ? { id, outcome: 'moved before', notes: [] }
        : settled(options, id, 'moved before', () => finish(options, id));
    }
    // 424: a Nango gives no connection whose key was refused, so only its status is known.
    if ('problem' in there && !(replace && there.status === 424)) {
      return refused(`${there.problem}${there.status === 424 ? '; --replace replaces it' : ''}`);
    }
    if (!replace) {
      return { id, outcome: 'left alone', notes: ['another one of this id is there; --replace replaces it'] };
    }
  }
  const looked = await look(connection, wanted, { isForNango, isNango, signal });
  if (looked.refusal !== undefined) {
    return refused(looked.refusal);
  }
  const here = await syncsOf(from, id);
  if ('problem' in here) {
    return refused(here.problem);
  }
  if (dryRun) {
    return { id, outcome: known ? 'would replace' : 'would move', notes: looked.warnings };
  }
  const made = await to.ask('POST', '/connections', wanted).catch((error: unknown) => reasonOf(error, signal));
  if (typeof made === 'string') {
    return { id, outcome: 'incomplete', notes: [`${made} It may be there all the same; move again.`] };
  }
  if (made.status !== 201) {
    return refused(to.refusal(made, connection.credentials.apiKey), ...looked.warnings);
  }
  // What it was warned of did not come true.
  return settled(options, id, known ? 'replaced' : 'moved', () => settleSyncs(options, id, here.syncs));
}

/** Moves one connection; what was done of it before is not done again. */
export async function moveOne(options: MoveOptions, id: string): Promise<Moved> {
  if (id === '.' || id === '..') {
    return { id, outcome: 'refused', notes: ['a connection cannot be called . or ..: no path can name it'] };
  }
  try {
    return await moveKnown(options, id);
  } catch (error) {
    return { id, outcome: 'refused', notes: [reasonOf(error, options.signal)] };
  }
}
