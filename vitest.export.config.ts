import { defineConfig } from 'vitest/config';

/** An export, compiled by Nango's own CLI and tested in a project of a customer; `npm run test:export`. */
export default defineConfig({
  test: {
    include: ['test/export/**/*.test.ts'],
    globalSetup: ['test/setup/compile.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    typecheck: { enabled: false },
  },
});
