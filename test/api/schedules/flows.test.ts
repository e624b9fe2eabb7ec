import { describe, expect, it } from 'vitest';
import { updateSchedule } from '../../../src/api/index.js';
import { ConnectorError } from '../../../src/errors/index.js';
import { connections } from '../../gate/connections.js';
import { schedule } from '../../gate/samples.js';
import { namesOf, rejectionOf, scriptedAsk } from '../../gate/scripted-ask.js';

const input = { scheduleId: 'sched_a', task: 'report', cron: '0 9 * * *' };
const script = { 'schedules.retrieve': [schedule], 'schedules.update': [{ ...schedule, active: false }] };

describe('the update of a schedule', () => {
  it('looks first, then replaces', async () => {
    const { ask, asked } = scriptedAsk(script);
    await expect(updateSchedule(connections.root, ask, input)).resolves.toMatchObject({ active: false });
    expect(asked).toEqual([
      { name: 'schedules.retrieve', input: { scheduleId: 'sched_a' } },
      { name: 'schedules.update', input },
    ]);
  });

  it('by a deduplication key goes to the id that was found', async () => {
    const { ask, asked } = scriptedAsk(script);
    await updateSchedule(connections.root, ask, { ...input, scheduleId: 'daily/report' });
    expect(asked.map(({ input: { scheduleId } }) => scheduleId)).toEqual(['daily/report', 'sched_a']);
  });

  // The server would create another schedule for an id that it does not know.
  it.each(['not_found', 'unauthorized', 'key_lacks_full_access', 'network'] as const)(
    'never reaches it where looking fails: %s',
    async (code) => {
      const { ask, asked } = scriptedAsk({ ...script, 'schedules.retrieve': [new ConnectorError(code)] });
      expect(await rejectionOf(() => updateSchedule(connections.root, ask, input))).toMatchObject({ code });
      expect(namesOf(asked)).toEqual(['schedules.retrieve']);
    },
  );

  it.each([
    [{ ...input, cron: '61 * * * *' }, 'cron'],
    [{ ...input, timezone: 'Mars/Phobos' }, 'timezone'],
    [{ ...input, scheduleId: '..' }, 'scheduleId'],
    [{ ...input, task: undefined }, 'task'],
    [{ ...input, deduplicationKey: 'x' }, undefined],
    [undefined, 'scheduleId'],
  ])('of %j sends nothing', async (bad, path) => {
    const { ask, asked } = scriptedAsk(script);
    const error = await rejectionOf(() => updateSchedule(connections.root, ask, bad as never));
    expect(error).toMatchObject({
      code: 'input_invalid',
      endpoint: 'schedules.update',
      ...(path !== undefined && { path }),
    });
    expect(asked).toEqual([]);
  });

  it.each(['pat', 'publicAccessToken', 'triggerToken'] as const)('with %s sends nothing', async (kind) => {
    const { ask, asked } = scriptedAsk(script);
    const error = await rejectionOf(() => updateSchedule(connections[kind], ask, input));
    expect(error).toMatchObject({ code: 'endpoint_not_allowed', endpoint: 'schedules.update' });
    expect(asked).toEqual([]);
  });
});
