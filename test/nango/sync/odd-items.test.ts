import { describe, expect, it } from 'vitest';
import { syncEnvVars, syncRuns } from '../../../src/nango/index.js';
import { clockOf, minute, nangoOf, world } from './history.js';

function deep(levels: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < levels; level += 1) {
    value = { inner: value };
  }
  return value;
}

describe('an item that no record can be made of', () => {
  it.each([
    { what: 'an id with NUL', change: { id: 'run_\0' }, reason: 'its id cannot be stored' },
    { what: 'an id of 256 characters', change: { id: 'r'.repeat(256) }, reason: 'its id cannot be stored' },
    { what: 'half a character pair in the id', change: { id: 'run_\ud800' }, reason: 'its id cannot be stored' },
    { what: 'no readable time', change: { createdAt: 'yesterday' }, reason: 'createdAt is no date from 1970 on' },
    {
      what: 'a time before 1970, and open',
      change: { createdAt: '1969-12-31T23:59:59Z', status: 'EXECUTING' },
      reason: 'createdAt is no date from 1970 on',
    },
    {
      what: 'metadata of 5,000 levels',
      change: { metadata: deep(5_000) },
      reason: 'metadata has more than 500 levels',
    },
  ])('is left out, named and counted, and the rest is stored: $what', async ({ change, reason }) => {
    const inWorld = world();
    const { clock, project } = inWorld;
    const nango = nangoOf(inWorld);
    for (let place = 0; place < 250; place += 1) {
      clock.now += minute;
      project.createRun('prod', { status: place % 50 === 0 ? 'EXECUTING' : 'COMPLETED' });
    }
    const odd = project.runsOf('prod')[120]?.id;
    nango.rewrite = (answer) => {
      const { data } = answer.data as { data?: { id: string }[] };
      return Array.isArray(data)
        ? {
            ...answer,
            data: {
              ...(answer.data as object),
              data: data.map((run) => (run.id === odd ? { ...run, ...change } : run)),
            },
          }
        : answer;
    };
    await syncRuns(nango, clockOf(inWorld));
    expect(nango.records.size).toBe(249);
    expect(nango.records.has(odd ?? '')).toBe(false);
    expect(nango.checkpoint).toMatchObject({ leftOut: 1 });
    const [log] = nango.logs.filter(({ message }) => message.includes('left out'));
    expect(log).toEqual({
      level: 'warn',
      message: expect.stringMatching(new RegExp(`^1 left out of Run: ".*": ${reason}$`)),
    });
    expect(log?.message).toMatch(/^[\x20-\x7e]*$/);
    await syncRuns(nango, clockOf(inWorld));
    expect(nango.checkpoint).toMatchObject({ leftOut: 0 });
  });

  it('that comes twice on a page is stored once', async () => {
    const inWorld = world();
    const nango = nangoOf(inWorld);
    inWorld.project.createRun('prod', { status: 'COMPLETED' });
    nango.rewrite = (answer) => {
      const { data, ...rest } = answer.data as { data?: object[] };
      return Array.isArray(data) ? { ...answer, data: { ...rest, data: [...data, ...data] } } : answer;
    };
    await syncRuns(nango, clockOf(inWorld));
    expect(nango.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(nango.records.size).toBe(1);
  });

  it('is left out of environment variables, too', async () => {
    const inWorld = world();
    const nango = nangoOf(inWorld);
    nango.rewrite = (answer, { endpoint }) =>
      endpoint.includes('/envvars/')
        ? { ...answer, data: [...(answer.data as object[]), { name: 'A\0B', value: 'x', isSecret: false }] }
        : answer;
    await syncEnvVars(nango, clockOf(inWorld));
    expect(nango.records.size).toBe(3);
    expect(nango.logged).toEqual([expect.stringMatching(/^1 left out of EnvVar: /)]);
  });
});
