import { expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const signingKey = crypto.randomUUID();
const fitting = 'k'.repeat(32);

it.each([
  { what: 'a webhook address with a password', url: 'http://user:secret@127.0.0.1/', says: /no user name or password/ },
  { what: 'a webhook address with a user name', url: 'https://user@example.com/', says: /no user name or password/ },
  { what: 'a webhook address that is none', url: 'example.com', says: /must be an address/ },
  { what: 'a short API key', key: 'k'.repeat(31), says: /32 to 200/ },
  { what: 'an API key that is too long to be sent', key: 'k'.repeat(201), says: /32 to 200/ },
  { what: 'an API key with a space', key: `${fitting} ${fitting}`, says: /32 to 200/ },
  { what: 'an API key with a line break at its end', key: `${fitting}\n`, says: /32 to 200/ },
  { what: 'an API key with what no header takes', key: `${fitting}ü`, says: /32 to 200/ },
])('does not start with $what', async ({ key = fitting, says, url = 'https://example.com/' }) => {
  const env = {
    TRIGGER_CONNECTOR_STORE: ':memory:',
    TRIGGER_CONNECTOR_API_KEY: key,
    TRIGGER_CONNECTOR_WEBHOOK_KEY: signingKey,
  };
  // Should it start after all, it ends at once.
  const { stderr, stdout } = await runCli(['serve', '--port', '0', '--webhook-url', url], env, '', AbortSignal.abort());
  expect([stdout, stderr]).toEqual(['', expect.stringMatching(says)]);
  expect(stderr).not.toMatch(/secret|kkkk/);
});

it.each(['0', '65', '1.5', 'many', '-1'])('does not start with --concurrency=%s', async (concurrency) => {
  const env = { TRIGGER_CONNECTOR_STORE: ':memory:', TRIGGER_CONNECTOR_API_KEY: fitting };
  const argv = ['serve', '--port', '0', `--concurrency=${concurrency}`];
  // Should it start after all, it ends at once.
  const { stderr, stdout } = await runCli(argv, env, '', AbortSignal.abort());
  expect([stdout, stderr]).toEqual(['', 'input_invalid: --concurrency must be a whole number from 1 to 64.\n']);
});
