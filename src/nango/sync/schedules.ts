import { schedulesList } from '../../api/index.js';
import type { NangoSync } from '../nango.js';
import { runSync } from './calls.js';
import { type Clock, realClock } from './pace.js';
import { readWhole } from './snapshot.js';
import { beginSnapshot } from './snapshot-checkpoint.js';

const perPage = 100;

/** Schedules as records. Nothing in one says when it changed, so all are read each time; one that is gone is deleted. */
export async function syncSchedules(nango: NangoSync, clock: Clock = realClock): Promise<void> {
  await runSync(nango, clock, async (context) => {
    const { ask } = context;
    const snapshot = await beginSnapshot(nango, context);
    const list = (page: number) => ask(schedulesList, { page, perPage });
    const schedules = await readWhole('schedules.list', perPage, list, clock.now);
    await snapshot.save('Schedule', schedules);
  });
}
