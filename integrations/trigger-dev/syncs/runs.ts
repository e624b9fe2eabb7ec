import { createSync } from 'nango';
import { Run } from '../../../src/models/index.js';
import { RunsCheckpoint, syncRuns } from '../../../src/nango/index.js';

const sync = createSync({
  description: 'Runs of one environment: new ones, and open ones until they have ended.',
  version: '1.0.0',
  frequency: 'every 5 minutes',
  autoStart: true,
  models: { Run },
  checkpoint: RunsCheckpoint,
  // https://trigger.dev/docs/management/runs/list
  exec: async (nango) => {
    await syncRuns(nango);
  },
});

export type NangoSyncLocal = Parameters<(typeof sync)['exec']>[0];
export default sync;
