import { createSync } from 'nango';
import { Session } from '../../../src/api/index.js';
import { SyncCheckpoint, SyncMetadata, syncSessions } from '../../../src/nango/index.js';

const sync = createSync({
  description:
    'Sessions: new ones, open ones until they are closed, and later changes of closed ones within a day or a week. Needs a secret key.',
  version: '1.0.0',
  frequency: 'every 5 minutes',
  // A personal access token cannot list sessions.
  autoStart: false,
  metadata: SyncMetadata(),
  models: { Session: Session() },
  checkpoint: SyncCheckpoint(),
  // https://trigger.dev/docs/management/sessions/list
  exec: async (nango) => {
    await syncSessions(nango);
  },
});

export type NangoSyncLocal = Parameters<(typeof sync)['exec']>[0];
export default sync;
