import { createSync } from 'nango';
import { Schedule } from '../../../src/api/index.js';
import { SnapshotCheckpoint, SyncMetadata, syncSchedules } from '../../../src/nango/index.js';

const sync = createSync({
  description:
    'Schedules of one environment. All are read each time, because nothing in one says when it changed. Needs an unrestricted secret key.',
  version: '1.0.0',
  frequency: 'every hour',
  // A personal access token or a restricted key cannot list schedules.
  autoStart: false,
  metadata: SyncMetadata(),
  models: { Schedule: Schedule() },
  checkpoint: SnapshotCheckpoint(),
  // https://trigger.dev/docs/management/schedules/list
  exec: async (nango) => {
    await syncSchedules(nango);
  },
});

export type NangoSyncLocal = Parameters<(typeof sync)['exec']>[0];
export default sync;
