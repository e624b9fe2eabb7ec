import { defineConfig } from 'vitest/config';

// Rooms without state: their files can share one set of modules, which saves importing it for each.
const pure = ['connection', 'endpoints', 'errors', 'models', 'provider'].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ['test/setup/compile.ts'],
    maxWorkers: 2,
    // A process for each file would cost as much as the tests in it.
    pool: 'threads',
    testTimeout: 30_000,
    typecheck: { enabled: false },
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'rest',
          include: ['test/**/*.test.ts'],
          // These two have commands of their own: a browser, and the real CLI in a project of a customer.
          exclude: [...pure, 'test/browser/**', 'test/export/**'],
        },
      },
    ],
  },
});
