import { describe, expect, it } from 'vitest';
import { syncRuns, syncSchedules, syncSessions } from '../../../src/nango/index.js';
import type { KeyName } from '../../fake-api/index.js';
import { clockOf, nangoOf, world } from './history.js';

const syncs = { runs: syncRuns, schedules: syncSchedules, sessions: syncSessions } as const;

function setUp(sync: keyof typeof syncs, key: KeyName, projectRef?: string) {
  const inWorld = world();
  inWorld.project.createRun('prod', { status: 'EXECUTING' });
  const nango = nangoOf(inWorld, key, projectRef ?? inWorld.project.ref);
  const asked = () => nango.proxied.filter(({ endpoint }) => endpoint.endsWith('/whoami')).length;
  return { ...inWorld, nango, asked, sync: () => syncs[sync](nango, clockOf(inWorld)) };
}

const fingerprintOf = (checkpoint: unknown) => (checkpoint as { fingerprint: string }).fingerprint;

describe('whose data a sync reads', () => {
  it.each(['runs', 'schedules', 'sessions'] as const)(
    '%s: a key of another project than the connection names stores nothing',
    async (name) => {
      const { nango, sync } = setUp(name, 'root:prod', 'proj_another');
      await expect(sync()).rejects.toMatchObject({ payload: { code: 'project_not_found' } });
      expect(nango.records.size).toBe(0);
      expect(nango.checkpoint).toBeNull();
      expect(nango.journal).toEqual([]);
    },
  );

  it.each([
    { given: 'a project ref', projectRef: undefined },
    { given: 'no project ref', projectRef: '' },
  ])('is asked once for a key, with $given', async ({ projectRef }) => {
    const { asked, nango, project, sync } = setUp('runs', 'root:prod', projectRef);
    await sync();
    await sync();
    expect(asked()).toBe(1);
    expect(fingerprintOf(nango.checkpoint)).toMatch(new RegExp(` ${project.ref} prod  \\| [0-9a-f]{8}$`));
    // Another key is another question.
    const other = nangoOf({ project, clock: { now: project.now(), sleep: async () => undefined } }, 'additional:full');
    other.checkpoint = nango.checkpoint;
    await syncRuns(other, { now: project.now, sleep: async () => undefined });
    expect(other.proxied.filter(({ endpoint }) => endpoint.endsWith('/whoami'))).toHaveLength(1);
    expect(fingerprintOf(other.checkpoint)).not.toBe(fingerprintOf(nango.checkpoint));
  });

  it('says where it was not checked, as the key may not ask', async () => {
    const { nango, sync } = setUp('runs', 'additional:readRuns');
    await sync();
    expect(nango.records.size).toBe(1);
    expect(fingerprintOf(nango.checkpoint)).toMatch(/ \| unchecked$/);
    await sync();
    expect(nango.records.size).toBe(1);
  });

  it('needs no question with a personal access token: the path of each request names the project', async () => {
    const { asked, sync } = setUp('runs', 'pat:alice');
    await sync();
    expect(asked()).toBe(0);
  });

  it('is never another one than that of the checkpoint', async () => {
    const { nango, sync } = setUp('runs', 'root:prod');
    await sync();
    nango.config['environment'] = '';
    nango.config['baseUrl'] = 'trigger.example.com';
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'checkpoint_mismatch' } });
  });

  it('is not asked again where Nango failed to say what was saved, and nothing is overwritten', async () => {
    const { nango, sync } = setUp('runs', 'root:prod');
    await sync();
    const saved = nango.checkpoint;
    nango.stand.failsRead = () => true;
    nango.config['baseUrl'] = 'trigger.example.com';
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'platform_error' } });
    expect(nango.checkpoint).toEqual(saved);
    expect(nango.records.size).toBe(1);
  });
});
