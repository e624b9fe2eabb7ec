import { defineConfig } from 'vitest/config';

/** What takes minutes: Nango's own CLI in projects of its own, processes that are stopped or killed, load. Each has a command. */
export default defineConfig({
  test: {
    include: ['test/{export,dryrun,crashes,serve,load}/**/*.test.ts'],
    globalSetup: ['test/setup/compile.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    typecheck: { enabled: false },
  },
});
