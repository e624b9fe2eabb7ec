import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    globalSetup: ['test/setup/compile.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    typecheck: { enabled: false },
  },
});
