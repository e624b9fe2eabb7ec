import type { Connection } from '../../connection/index.js';
import { ConnectorError, type ErrorCode } from '../../errors/index.js';
import type { Ask } from '../../gate/index.js';
import { answerWith, asActionError, connectionOf } from '../call.js';
import type { NangoSync } from '../nango.js';
import { type Platform, platformOf } from '../platform.js';
import { readMetadata, type SyncMetadata } from './metadata.js';
import { type Clock, Pace, usualShare } from './pace.js';

// The older routes say the second of an additional key, whatever is wrong with it.
const refusals: ReadonlySet<ErrorCode> = new Set(['unauthorized', 'key_lacks_full_access']);

/** Calls endpoints at the pace of a sync. A key that is refused after it was accepted stops the sync at once. */
function pacedCalls(nango: NangoSync, connection: Connection, pace: Pace): Ask {
  let isAccepted = false;
  return async (endpoint, input) => {
    const { name } = endpoint;
    try {
      const { output } = await pace.run(() => answerWith(nango, connection, endpoint, input));
      isAccepted = true;
      return output;
    } catch (error) {
      if (isAccepted && name !== 'whoami' && error instanceof ConnectorError && refusals.has(error.code)) {
        throw new ConnectorError(
          'auth_revoked',
          `${name}: the key was accepted before and is refused now: revoked or rotated. Connect again with a key that works; the sync goes on from its checkpoint.`,
          { endpoint: name, status: error.status },
        );
      }
      throw error;
    }
  };
}

export interface SyncContext {
  readonly connection: Connection;
  readonly metadata: SyncMetadata;
  readonly ask: Ask;
  readonly platform: Platform;
}

/** The body of a sync: its connection and metadata checked, its calls paced, its errors Nango's. */
export async function runSync(
  nango: NangoSync,
  clock: Clock,
  work: (context: SyncContext) => Promise<void>,
): Promise<void> {
  await asActionError(nango, async () => {
    const platform = platformOf(nango);
    const connection = await connectionOf(nango);
    const metadata = readMetadata(await platform.metadata());
    const share = metadata.rateShare ?? usualShare;
    // At a level that Nango keeps.
    const pace = new Pace(share, clock, (message) => nango.log(message, { level: 'warn' }));
    await work({ connection, metadata, platform, ask: pacedCalls(nango, connection, pace) });
  });
}

/** Is there an answer other than "not found"? */
export async function found(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'not_found') {
      return false;
    }
    throw error;
  }
}
