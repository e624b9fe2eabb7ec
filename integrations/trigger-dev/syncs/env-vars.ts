import { createSync } from 'nango';
import { EnvVar } from '../../../src/api/index.js';
import { SnapshotCheckpoint, SyncMetadata, syncEnvVars } from '../../../src/nango/index.js';

const sync = createSync({
  description:
    'Environment variables, without the values of secrets. All are read each time, because nothing in one says when it changed.',
  version: '1.0.0',
  frequency: 'every hour',
  autoStart: true,
  metadata: SyncMetadata(),
  models: { EnvVar: EnvVar() },
  checkpoint: SnapshotCheckpoint(),
  // https://trigger.dev/docs/management/envvars/list
  exec: async (nango) => {
    await syncEnvVars(nango);
  },
});

export type NangoSyncLocal = Parameters<(typeof sync)['exec']>[0];
export default sync;
