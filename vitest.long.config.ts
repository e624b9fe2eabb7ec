import { defineConfig } from 'vitest/config';

/** What takes minutes: Nango's own CLI in projects of its own, and processes that are killed. Each has a command. */
export default defineConfig({
  test: {
    include: ['test/{export,dryrun,crashes}/**/*.test.ts'],
    globalSetup: ['test/setup/compile.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    typecheck: { enabled: false },
  },
});
