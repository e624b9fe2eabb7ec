import { expect, it } from 'vitest';
import { runCli } from './run-cli.js';

it.each([
  { flags: [], like: undefined },
  { flags: ['--like-nango'], like: 'nango' },
])('serve $flags says in its log whether it is like Nango: $like', async ({ flags, like }) => {
  const env = { TRIGGER_CONNECTOR_STORE: ':memory:', TRIGGER_CONNECTOR_API_KEY: 'k'.repeat(32) };
  const { exit, stderr } = await runCli(
    ['serve', '--port', '0', '--log', 'json', ...flags],
    env,
    '',
    AbortSignal.abort(),
  );
  const started = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .find(({ event }) => event === 'host.started');
  expect(exit).toBe(0);
  expect(started).toBeDefined();
  expect(started?.['like']).toBe(like);
});
