import { expect, it } from 'vitest';
import type { Transport } from '../../src/client/index.js';
import { connectionFromValues } from '../../src/connection/index.js';
import { createProxy } from '../../src/host/runner/proxy.js';
import { fakeKeys } from '../fake-api/keys.js';

it.each([
  { endpoint: '/api/v1/tasks/send invoice/trigger', path: '/api/v1/tasks/send%20invoice/trigger' },
  { endpoint: '/api/v1/tasks/café/trigger', path: '/api/v1/tasks/caf%C3%A9/trigger' },
  { endpoint: '/api/v1/tasks/caf%C3%A9/trigger', path: '/api/v1/tasks/caf%C3%A9/trigger' },
  { endpoint: '/api/v1/queues/../runs', path: '/api/v1/runs' },
])('a function that asks for $endpoint gets $path, as through axios', async ({ endpoint, path }) => {
  const asked: string[] = [];
  const transport: Transport = {
    send: async (_, request) => {
      asked.push(request.path);
      return { status: 200, headers: {}, body: {} };
    },
  };
  const connection = connectionFromValues({ apiKey: fakeKeys['root:prod'] }, {});
  await createProxy(connection, { transport })({ method: 'GET', endpoint });
  expect(asked).toEqual([path]);
});
