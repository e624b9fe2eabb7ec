import { describe, expect, it } from 'vitest';
import { type NangoSync, syncEnvVars, syncRuns, syncSchedules, syncSessions } from '../../src/nango/index.js';
import type { KeyName } from '../fake-api/index.js';
import { FakeNango } from '../nango/fake-nango.js';
import { clockOf, day, minute, type World, world } from '../nango/sync/history.js';

interface Scenario {
  readonly name: string;
  readonly key: KeyName;
  readonly sync: typeof syncRuns;
  /** What is there before the first sync, and what happens before the one that crashes. */
  readonly first: (inWorld: World) => void;
  readonly later: (inWorld: World) => void;
  readonly ids: (inWorld: World) => string[];
}

const runs: Pick<Scenario, 'sync' | 'first' | 'later' | 'ids'> = {
  sync: syncRuns,
  first: ({ clock, project }) => {
    for (let index = 0; index < 330; index += 1) {
      clock.now += minute;
      project.createRun('prod', { status: index % 30 === 0 ? 'EXECUTING' : 'COMPLETED' });
    }
  },
  later: ({ clock, project }) => {
    clock.now += day;
    const open = project.runsOf('prod').filter(({ status }) => status === 'EXECUTING');
    for (const { id } of open.filter((_, index) => index % 2 === 0)) {
      project.updateRun(id, { status: 'FAILED' });
    }
    for (let index = 0; index < 110; index += 1) {
      project.createRun('prod', { status: 'COMPLETED' });
    }
  },
  ids: ({ project }) => project.runsOf('prod').map(({ id, status }) => `${id} ${status}`),
};

/** More open at once than whose ids a checkpoint has room for. */
const manyOpen: typeof runs = {
  ...runs,
  first: ({ clock, project }) => {
    for (let index = 0; index < 700; index += 1) {
      clock.now += minute;
      project.createRun('prod', { status: index % 10 === 0 ? 'COMPLETED' : 'EXECUTING' });
    }
  },
};

const scenarios: readonly Scenario[] = [
  { name: 'runs', key: 'root:prod', ...runs },
  { name: 'runs of a personal access token', key: 'pat:alice', ...runs },
  { name: 'runs of which 630 are open', key: 'root:prod', ...manyOpen },
  {
    name: 'sessions',
    key: 'root:prod',
    sync: syncSessions,
    first: ({ clock, project }) => {
      for (let index = 0; index < 130; index += 1) {
        clock.now += minute;
        project.sessions.add('prod', { taskIdentifier: 'chat-agent' });
      }
    },
    later: ({ clock, project }) => {
      clock.now += day;
      for (const session of project.sessions.of('prod').slice(0, 30)) {
        project.sessions.update(session, { closedAt: new Date(clock.now).toISOString() });
      }
    },
    ids: ({ project }) => project.sessions.of('prod').map(({ closedAt, id }) => `${id} ${closedAt}`),
  },
  {
    name: 'schedules',
    key: 'root:prod',
    sync: syncSchedules,
    first: ({ project }) => {
      for (let index = 0; index < 120; index += 1) {
        project.schedules.add({ projectRef: project.ref, env: 'prod', task: 'sched-task', cron: '0 9 * * *' });
      }
    },
    later: ({ project }) => {
      for (const { id } of project.schedules.of('prod').slice(0, 40)) {
        project.schedules.remove(id);
      }
    },
    ids: ({ project }) => project.schedules.of('prod').map(({ id }) => id),
  },
  {
    name: 'environment variables',
    key: 'root:prod',
    sync: syncEnvVars,
    first: ({ project }) => project.setVariable('prod', { name: 'FIRST', value: '1' }),
    later: ({ project }) => {
      project.setVariable('prod', { name: 'SECOND', value: '2' });
      project.removeVariable('prod', 'FIRST');
    },
    ids: ({ project }) => project.variablesOf('prod').map(({ name }) => name),
  },
];

const kept: Readonly<Record<string, (record: Record<string, unknown>) => string>> = {
  sessions: ({ closedAt, id }) => `${String(id)} ${String(closedAt)}`,
  schedules: ({ id }) => String(id),
  'environment variables': ({ name }) => String(name),
};

/** One life: a first sync, changes, and a sync that dies at its n-th step. Was there such a step? */
async function live(
  { first, ids, key, later, name, sync }: Scenario,
  crashAfter: number,
  late: boolean,
): Promise<boolean> {
  const inWorld = world();
  const { project } = inWorld;
  const nango = new FakeNango(project, project.keys[key]);
  nango.config['projectRef'] = project.ref;
  const run = (by: NangoSync = nango) => sync(by, clockOf(inWorld));
  first(inWorld);
  if (late) {
    await run();
    later(inWorld);
  }
  nango.crashAfter = crashAfter;
  await run().catch((error: unknown) => {
    if (!nango.crashed) {
      throw error;
    }
  });
  nango.crashAfter = undefined;
  if (!late) {
    later(inWorld);
  }
  await run();
  const shown = kept[name] ?? (({ id, status }: Record<string, unknown>) => `${String(id)} ${String(status)}`);
  expect([...nango.records.values()].map(shown).sort()).toEqual(ids(inWorld).sort());
  return nango.crashed;
}

let points = 0;

describe('a sync that dies at any of its steps', () => {
  it.each(scenarios)(
    '$name: the next one makes the records equal the server',
    { timeout: 60_000 },
    async (scenario) => {
      for (const late of [false, true]) {
        let step = 0;
        while (await live(scenario, step, late)) {
          step += 1;
        }
        expect(step).toBeGreaterThan(3);
        points += step;
      }
    },
  );

  it('was tried at 200 steps and more', () => {
    expect(points).toBeGreaterThanOrEqual(200);
  });
});
