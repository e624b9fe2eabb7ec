import { isFinal, type Run, type RunStatus, runStatuses, runsList, runsRetrieve } from '../../api/index.js';
import type { Connection, Environment } from '../../connection/index.js';
import { type Ask, buildRequest } from '../../gate/index.js';
import type { NangoSync } from '../nango.js';
import { found, runSync } from './calls.js';
import type { Part } from './checkpoint.js';
import type { SyncMetadata } from './metadata.js';
import { type Clock, realClock } from './pace.js';
import { PageSize } from './page-size.js';
import { syncCreatedRecords } from './records-of.js';
import type { Source } from './source.js';

const openStatuses = runStatuses.filter((status) => !isFinal({ status }));

/** The environments to list, one after another; undefined for that of the connection. */
export function targetsOf(
  connection: Connection,
  { environments }: SyncMetadata,
): { environment: Environment | undefined; name: Part }[] {
  const named: readonly (Environment | undefined)[] =
    environments === undefined ? [undefined] : [...new Set(environments)];
  return named.map((environment) => ({ environment, name: environment ?? connection.environment ?? 'other' }));
}

function runsOf(
  ask: Ask,
  connection: Connection,
  environment: Environment | undefined,
  { statuses, tags, tasks }: SyncMetadata,
): Source<Run> {
  const isTagged = (run: Run) => tags === undefined || tags.some((tag) => run.tags.includes(tag));
  const canEnd = statuses?.some((status) => openStatuses.includes(status)) ?? false;
  const size = new PageSize('runs.list');
  return {
    endpoint: 'runs.list',
    canListOpen: true,
    list: ({ after, from, isOpen, to }) =>
      size.page((limit) =>
        ask(runsList, {
          limit,
          from: from === 1 ? 0 : from,
          ...(to > 0 && { to }),
          ...(after !== '' && { after }),
          ...(isOpen && { status: openStatuses }),
          ...(environment && { environment }),
          // What a run is of never changes. Tags and status do: filtered there, a run that gains a tag would be missed.
          ...(tasks && { taskIdentifier: tasks }),
        }),
      ),
    hasEnded: isFinal,
    isWanted: (run) => (statuses === undefined || statuses.includes(run.status as RunStatus)) && isTagged(run),
    canBeDropped: canEnd,
    mayHaveBeenWanted: (run) => canEnd && isTagged(run),
    // A personal access token may list runs but not retrieve one.
    ...(connection.kind !== 'pat' && { exists: (runId: string) => found(ask(runsRetrieve, { runId })) }),
  };
}

/** Runs as records: new ones, open ones until they have ended, and later changes when old ones are read again. */
export async function syncRuns(nango: NangoSync, clock: Clock = realClock): Promise<void> {
  await runSync(nango, clock, async (context) => {
    const { ask, connection, metadata } = context;
    const targets = targetsOf(connection, metadata);
    const isRefused = ({ environment }: (typeof targets)[number]) => connection.kind === 'pat' && environment === 'dev';
    const listed = targets.filter((target) => !isRefused(target));
    if (listed.length > 0 && listed.length < targets.length) {
      // One of them is no reason to read none: the list says of dev why it is refused.
      const reason = 'with a personal access token, the server lists the dev runs of any member';
      await nango.log(`Runs of dev are left out: ${reason}. Use your own dev secret key.`, { level: 'warn' });
    }
    for (const { environment } of listed.length > 0 ? listed : targets) {
      // What is wrong is said before anything is sent.
      buildRequest(connection, runsList, { ...(environment && { environment }) });
    }
    const parts = (listed.length > 0 ? listed : targets).map(({ environment, name }) => ({
      name,
      source: runsOf(ask, connection, environment, metadata),
    }));
    await syncCreatedRecords(nango, context, { model: 'Run', clock, parts });
  });
}
