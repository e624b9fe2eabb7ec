import { defineConfig } from 'vitest/config';

// These have commands of their own: a browser, Nango's CLI in projects of its own, processes that are stopped and killed, load.
const elsewhere = ['test/{browser,export,dryrun,crashes,serve,load}/**'];
// These touch what lasts for a process: the global configuration, agents, name look-up, warnings that come once, a
// cache of Nango's, the secrets that are known.
const alone = [
  'test/client/{agent,auth,global,isolation,proxy,realtime-faults,trigger-client,undici-transport-egress}.test.ts',
  'test/{contract/nango,provider/published}.test.ts',
  'test/errors/{known-secrets,redact,redact-encodings}.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/setup/compile.ts'],
    maxWorkers: 2,
    // A process for each file, and importing everything for each, would cost as much as the tests.
    pool: 'threads',
    testTimeout: 30_000,
    typecheck: { enabled: false },
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: [...alone, ...elsewhere], isolate: false },
      },
    ],
  },
});
