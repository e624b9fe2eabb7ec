import { afterAll, expect, it, vi } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor, closeConnections } from '../../src/client/index.js';
import { connectionTo } from './connections.js';
import { answering } from './loopback.js';

const asked = vi.hoisted(() => vi.fn());

vi.mock('undici/lib/dispatcher/agent.js', () => {
  asked();
  throw new Error('This version of undici has no such file.');
});

afterAll(closeConnections);

it('takes the agent of the whole package where its file is elsewhere', async () => {
  const server = await answering(200, '{"data":[],"pagination":{}}');
  await callerFor(connectionTo(server.url))(endpoints['runs.list'], {});
  expect(asked).toHaveBeenCalled();
  expect(server.requests).toHaveLength(1);
});
