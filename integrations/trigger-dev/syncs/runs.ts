import { createSync } from 'nango';
import { Run } from '../../../src/api/index.js';
import { SyncCheckpoint, SyncMetadata, syncRuns } from '../../../src/nango/index.js';

const sync = createSync({
  description:
    'Runs: new ones, open ones until they have ended, and later changes of ended ones within a day or a week.',
  version: '1.0.0',
  frequency: 'every 5 minutes',
  autoStart: true,
  metadata: SyncMetadata(),
  models: { Run: Run() },
  checkpoint: SyncCheckpoint(),
  // https://trigger.dev/docs/management/runs/list
  exec: async (nango) => {
    await syncRuns(nango);
  },
});

export type NangoSyncLocal = Parameters<(typeof sync)['exec']>[0];
export default sync;
