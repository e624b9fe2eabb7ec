import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These have commands of their own: a browser, and the real CLI in a project of a customer.
    exclude: ['test/browser/**', 'test/export/**'],
    globalSetup: ['test/setup/compile.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    typecheck: { enabled: false },
  },
});
