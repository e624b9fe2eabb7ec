import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFakeProject, RUNS_END, startFakeApi } from '../fake-api/index.js';
import { Shape, send } from './compare.js';
import { rowsOf } from './recorded-world.js';
import { endpointOf, loadRecordings } from './recordings.js';

const recordings = loadRecordings();

describe.skipIf(recordings === undefined)('against recorded runs', () => {
  it('generated runs look like recorded ones', async () => {
    const api = await startFakeApi({ runs: 3000, now: () => RUNS_END });
    const authorization = `Bearer ${api.project.keys['root:prod']}`;
    const get = async (path: string): Promise<unknown> => {
      const reply = await send(api.url, { method: 'GET', path, headers: { authorization } });
      return JSON.parse(reply.text);
    };
    const listShape = shapeOf('list');
    // Documented, and not in any recording: no run expired while recording.
    listShape.allow('expiredAt', 'string');
    const retrieveShape = shapeOf('retrieve');
    // Only waiting runs were retrieved; these are the documented fields of the others.
    for (const name of [
      'startedAt',
      'finishedAt',
      'expiredAt',
      'version',
      'ttl',
      'idempotencyKey',
      'error.name',
      'error.message',
      'error.stackTrace',
    ]) {
      retrieveShape.allow(name, 'string');
    }
    retrieveShape.allow('output', 'object');
    retrieveShape.allow('error', 'object');
    const statuses = new Map<string, string>();
    let after = '';
    do {
      const page = (await get(`/api/v1/runs?filter[createdAt][from]=1&page[size]=100${after}`)) as {
        data: { id: string; status: string }[];
        pagination: { next?: string };
      };
      for (const row of page.data) {
        expect(listShape.differences(row), row.id).toEqual([]);
        statuses.set(row.status, row.id);
      }
      after = page.pagination.next === undefined ? '' : `&page[after]=${page.pagination.next}`;
    } while (after !== '');
    expect(statuses.size).toBe(12);
    for (const id of statuses.values()) {
      expect(retrieveShape.differences((await get(`/api/v3/runs/${id}`)) as object), id).toEqual([]);
    }
    await api.close();
  });

  function shapeOf(kind: 'list' | 'retrieve'): Shape {
    const shape = new Shape();
    for (const row of (recordings ?? [])
      .filter((recording) => (endpointOf(recording) === 'runs.retrieve') === (kind === 'retrieve'))
      .flatMap(rowsOf)) {
      shape.add(row);
    }
    expect(shape.rows).toBeGreaterThan(kind === 'list' ? 500 : 3);
    return shape;
  }
});

it('generates the same runs and keys in every process', () => {
  const project = createFakeProject({ runs: 300 });
  const everything = [project.keys, ...project.environments.map(({ name }) => project.runsOf(name))];
  const digest = createHash('sha256').update(JSON.stringify(everything)).digest('hex');
  // Changes with the generator, on purpose; between two runs of this test, or two machines, never.
  expect(digest.slice(0, 16)).toBe('079fc8b3a0e8bfbe');
  expect(project.environments.map(({ name }) => [name, project.runsOf(name).length])).toEqual([
    ['prod', 230],
    ['dev', 20],
    ['dev:carol', 0],
    ['stg', 40],
    ['preview', 0],
    ['preview:feature/one', 10],
    ['other:prod', 0],
  ]);
  expect(createFakeProject({ runs: 300, seed: 2 }).runsOf('prod')[0]?.id).not.toBe(project.runsOf('prod')[0]?.id);
});
