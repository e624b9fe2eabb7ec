import { afterEach, beforeEach, vi } from 'vitest';

const names = [
  'TRIGGER_SECRET_KEY',
  'TRIGGER_ACCESS_TOKEN',
  'TRIGGER_API_URL',
  'TRIGGER_PROJECT_REF',
  'TRIGGER_PREVIEW_BRANCH',
  'TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS',
  'TRIGGER_CONNECTOR_ALLOW_HTTP',
];

/** No test of this file sees what the machine has set. */
export function withoutVariables(): void {
  beforeEach(() => {
    for (const name of names) {
      vi.stubEnv(name, undefined);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}
