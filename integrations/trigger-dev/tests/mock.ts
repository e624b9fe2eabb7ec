import { NangoSyncMock } from 'nango/test';
import { vi } from 'vitest';

// Put together at run time: a literal that looks like a key sets off secret scanners.
const keys = {
  'secret key': ['tr', 'prod', 'Fake'.repeat(6)].join('_'),
  'personal access token': ['tr', 'pat', 'fake'.repeat(10)].join('_'),
} as const;

interface Recorded {
  readonly kind: keyof typeof keys;
  readonly connection_config: Record<string, string>;
}

/** When the fixtures were recorded: what a sync asks for depends on the time. */
export const recordedAt = Date.UTC(2026, 10, 1, 0, 1);

/** The mock of one function: it answers from the fixture beside it, which names the kind of key and holds none. */
export function mockOf(dirname: string, name: string): NangoSyncMock {
  vi.useFakeTimers({ now: recordedAt, toFake: ['Date'] });
  const nango = new NangoSyncMock({ dirname, name, Model: '' });
  const recorded = nango.getConnection;
  nango.getConnection = vi.fn(async () => {
    const { kind, ...connection } = (await recorded()) as Recorded;
    return { ...connection, credentials: { type: 'API_KEY', apiKey: keys[kind] } };
  });
  return nango;
}
