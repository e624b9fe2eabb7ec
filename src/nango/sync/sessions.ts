import type { Session } from '../../api/index.js';
import { sessionsList, sessionsRetrieve } from '../../api/index.js';
import type { Ask } from '../../gate/index.js';
import { buildRequest } from '../../gate/index.js';
import type { NangoSync } from '../nango.js';
import { found, runSync } from './calls.js';
import type { SyncMetadata } from './metadata.js';
import { type Clock, realClock } from './pace.js';
import { PageSize } from './page-size.js';
import { syncCreatedRecords } from './records-of.js';
import type { Source } from './source.js';

function sessionsOf(ask: Ask, { tags, tasks }: SyncMetadata, now: () => number): Source<Session> {
  const isOfTask = ({ taskIdentifier }: Session) => tasks === undefined || tasks.includes(taskIdentifier);
  const size = new PageSize('sessions.list');
  return {
    endpoint: 'sessions.list',
    // The server filters a page after reading it: the open ones of a history are found by walking through all of it.
    canListOpen: false,
    list: ({ after, from, to }) =>
      size.page((limit) =>
        ask(sessionsList, {
          limit,
          from: from === 1 ? 0 : from,
          ...(to > 0 && { to }),
          ...(after !== '' && { after }),
        }),
      ),
    hasEnded: ({ closedAt, expiresAt }) =>
      Boolean(closedAt) || (Boolean(expiresAt) && Date.parse(expiresAt ?? '') < now()),
    // The list takes one task and one tag, and tags change: both are filtered here.
    isWanted: (session) => isOfTask(session) && (tags === undefined || tags.some((tag) => session.tags.includes(tag))),
    // An update replaces the tags.
    canBeDropped: tags !== undefined,
    mayHaveBeenWanted: (session) => tags !== undefined && isOfTask(session),
    exists: (session) => found(ask(sessionsRetrieve, { session })),
  };
}

/** Sessions as records: new ones, open ones until they are closed, and later changes when old ones are read again. */
export async function syncSessions(nango: NangoSync, clock: Clock = realClock): Promise<void> {
  await runSync(nango, clock, async (context) => {
    const { ask, connection, metadata } = context;
    // Who may not list sessions is told before anything is sent.
    buildRequest(connection, sessionsList, {});
    const parts = [{ name: connection.environment ?? 'other', source: sessionsOf(ask, metadata, clock.now) } as const];
    await syncCreatedRecords(nango, context, { model: 'Session', clock, parts });
  });
}
