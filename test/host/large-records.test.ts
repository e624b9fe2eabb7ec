import { afterEach, expect, it } from 'vitest';
import { post, type Served, servedHost } from './served.js';

let host: Served | undefined;

afterEach(async () => {
  await host?.close();
});

it('GET /records gives large records in pages of 4 MiB, all of them, in order', async () => {
  host = await servedHost({ runs: 0 });
  const { apiKey, config, credentials, server, store } = host;
  const id = 'large';
  const connection = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: config };
  expect((await post(host, '/connections', connection)).status).toBe(201);
  const records = Array.from({ length: 30 }, (_, index) => ({
    id: `item-${String(index).padStart(2, '0')}`,
    payload: 'x'.repeat(400_000),
  }));
  store.saveRecords(id, 'Large', records);
  const pages: string[][] = [];
  for (let cursor = ''; pages.length < 40; ) {
    const query = new URLSearchParams({ model: 'Large', limit: '10000', ...(cursor !== '' && { cursor }) });
    const response = await fetch(`${server.url}/records?${query}`, {
      headers: { authorization: `Bearer ${apiKey}`, 'connection-id': id, 'provider-config-key': 'trigger-dev' },
    });
    const page = (await response.json()) as { records: { id: string }[]; next_cursor: string | null };
    pages.push(page.records.map((record) => record.id));
    if (page.next_cursor === null) {
      break;
    }
    cursor = page.next_cursor;
  }
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 10]);
  expect(pages.flat()).toEqual(records.map((record) => record.id));
});
