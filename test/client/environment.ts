import { afterEach, beforeEach, vi } from 'vitest';
import { variables } from '../../src/client/options.js';

/** No test of this file sees what the machine has set. */
export function withoutVariables(): void {
  beforeEach(() => {
    for (const name of variables) {
      vi.stubEnv(name, undefined);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}
