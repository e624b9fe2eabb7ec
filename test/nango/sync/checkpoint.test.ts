import { describe, expect, it } from 'vitest';
import { checkpointProblem } from '../../../src/nango/limits.js';
import { fieldsOf, partsOf, stateLength } from '../../../src/nango/sync/checkpoint.js';
import { CheckpointSaver } from '../../../src/nango/sync/checkpoint-saver.js';

const head = { fingerprint: 'here', filters: 'none', done: 0, leftOut: 0 };
const textOf = (length: number) => JSON.stringify('x'.repeat(length - 2));

describe('the fields of a checkpoint', () => {
  it.each([
    { what: 'little', text: '{"open":"ids"}' },
    { what: 'more than a field', text: textOf(9_000) },
    { what: 'all that fits', text: textOf(stateLength - '{"prod":}'.length) },
    { what: 'characters that a cut could halve', text: JSON.stringify({ id: '😀'.repeat(3_000), nul: '\0' }) },
  ])('hold $what, within Nango’s limits, and give it back', ({ text }) => {
    const fields = fieldsOf(head, { prod: text });
    expect(checkpointProblem(fields)).toBeUndefined();
    expect(partsOf(fields)).toEqual({ states: { prod: JSON.parse(text) }, witness: '' });
  });

  it('hold the id of a record that must be there', () => {
    const { states, witness } = partsOf(fieldsOf(head, { prod: '{}' }, 'run_"1"'));
    expect({ states, witness }).toEqual({ states: { prod: {} }, witness: 'run_"1"' });
  });

  it('that cannot hold it all say so, with a code', () => {
    expect(() => fieldsOf(head, { prod: textOf(stateLength) })).toThrow(
      expect.objectContaining({ code: 'checkpoint_too_large' }),
    );
  });
});

describe('saves of a checkpoint', () => {
  it('are never two at once; who asks meanwhile gets the next, with what was done', async () => {
    let running = 0;
    let most = 0;
    let state = 0;
    const saved: number[] = [];
    const saver = new CheckpointSaver(async () => {
      running += 1;
      most = Math.max(most, running);
      const now = state;
      await new Promise((resolve) => setTimeout(resolve, 2));
      saved.push(now);
      running -= 1;
    });
    await Promise.all(
      Array.from({ length: 6 }, async (_, place) => {
        state = place + 1;
        await saver.save();
        expect(saved.at(-1)).toBeGreaterThanOrEqual(place + 1);
      }),
    );
    expect(most).toBe(1);
    expect(saved).toEqual([1, 6]);
  });

  it('that fail are told to everybody who waited, and to nobody else', async () => {
    let fails = true;
    const saver = new CheckpointSaver(async () => {
      await Promise.resolve();
      if (fails) {
        throw new Error('refused');
      }
    });
    const outcomes = await Promise.allSettled([saver.save(), saver.save(), saver.save()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await saver.settled();
    fails = false;
    await expect(saver.save()).resolves.toBeUndefined();
  });
});
