import { expect } from 'vitest';
import type { FakeApi, KeyName } from '../fake-api/index.js';

/** What a connection reads. */
export interface Source {
  readonly api: FakeApi;
  readonly key: KeyName;
}

/** A run, as the API and the records have it. */
export interface ShownRun {
  readonly id: string;
  readonly status: string;
  readonly updatedAt: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Nango's API of a host, as a platform calls it. */
export type Calls = ReturnType<typeof callsOf>;

export function callsOf(host: { readonly url: string }, apiKey: string) {
  const ask = async (path: string, id: string, body?: unknown, method = body ? 'POST' : 'GET'): Promise<Answer> => {
    const response = await fetch(`${host.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'connection-id': id,
        'provider-config-key': 'trigger-dev',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: isJson ? await response.json() : await response.text() };
  };
  const named = (id: string) => ({ connection_id: id, provider_config_key: 'trigger-dev' });
  const records = (id: string, limit: number, cursor = '') =>
    ask(`/records?model=Run&limit=${limit}${cursor && `&cursor=${cursor}`}`, id);

  return {
    file: (id: string) => ask('/style.css', id),
    connect: (id: string, { api, key }: Source) =>
      ask('/connections', id, {
        ...named(id),
        credentials: { type: 'API_KEY', apiKey: api.project.keys[key] },
        connection_config: { baseUrl: api.url },
      }),
    setFrequency: (id: string, sync: string, frequency: string) =>
      ask('/sync/update-connection-frequency', id, { ...named(id), sync_name: sync, frequency }, 'PUT'),
    startTask: (id: string, idempotencyKey: string) =>
      ask('/action/trigger', id, {
        action_name: 'trigger-task',
        input: { taskId: 'hello-task', payload: { load: true }, options: { idempotencyKey } },
      }),
    listRuns: (id: string) => ask('/action/trigger', id, { action_name: 'list-runs', input: { limit: 5 } }),
    startSync: (id: string, sync: string) => ask('/sync/trigger', id, { ...named(id), syncs: [sync] }),
    syncStatus: (id: string) => ask(`/sync/status?syncs=*&provider_config_key=trigger-dev&connection_id=${id}`, id),
    records,
    /** All pages: each run, in the order of its last change. */
    async allRuns(id: string): Promise<ShownRun[]> {
      const all: ShownRun[] = [];
      for (let cursor = ''; ; ) {
        const { body, status } = await records(id, 1_000, cursor);
        expect([status, body]).toEqual([200, expect.objectContaining({ records: expect.any(Array) })]);
        const page = body as { records: ShownRun[]; next_cursor: string | null };
        all.push(...page.records);
        if (page.next_cursor === null) {
          return all;
        }
        cursor = page.next_cursor;
      }
    },
  };
}
