import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkpointProblem, checkpointRefusal } from '../../src/nango/limits.js';
import { apiLimitCases } from '../host/nango-limit-cases.js';
import { hostCases } from './host-limit-cases.js';
import { calls, checkpoints, records } from './limit-cases.js';
import { nangoLimits } from './nango-limits.js';
import { type StandInName, standIns } from './stand-ins.js';

const cases = { ...checkpoints, ...records, ...calls };
const both: readonly StandInName[] = ['fake', 'host'];
const shown = Object.entries(nangoLimits).filter(([, { state }]) => state === 'enforced' || state === 'emulated');

for (const name of both) {
  describe(`the ${name === 'fake' ? 'Nango of the tests' : 'local host'} against Nango`, () => {
    const rows = shown.filter(([, { on = both }]) => on.includes(name));

    it.each(rows.map(([row, { what }]) => ({ row, what })))('$row: $what', async ({ row }) => {
      const own = name === 'host' ? (hostCases[row] ?? apiLimitCases[row]) : undefined;
      const check = own ?? cases[row];
      expect(check, 'a case for this row').toBeDefined();
      await check?.(standIns[name]);
    });
  });
}

describe('what a sync can ask before it saves a checkpoint', () => {
  it.each<{ checkpoint: Record<string, unknown>; problem: string | undefined }>([
    { checkpoint: { prod: 'x'.repeat(4_000), done: 0.5, none: undefined }, problem: undefined },
    {
      checkpoint: { prod: 'x'.repeat(4_473) },
      problem: 'The field prod of the checkpoint has 4473 characters; Nango stores at most 4000.',
    },
    {
      checkpoint: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`f${at}`, at])),
      problem: 'The checkpoint has 17 fields; Nango stores at most 16.',
    },
    {
      checkpoint: { ['k'.repeat(256)]: 1 },
      problem: 'A field of the checkpoint has a name of 256 characters; Nango stores at most 255.',
    },
    {
      checkpoint: { done: Number.NaN },
      problem: 'The field done of the checkpoint is no text, finite number or boolean, so Nango does not store it.',
    },
    {
      checkpoint: { prod: '\0' },
      problem: 'The field prod of the checkpoint holds a character that Nango does not store.',
    },
  ])('says in a sentence: $problem', ({ checkpoint, problem }) => {
    expect(checkpointProblem(checkpoint)).toBe(problem);
    expect(checkpointRefusal(checkpoint) === undefined).toBe(problem === undefined);
  });
});

describe('the table of what Nango enforces', () => {
  it('gives a reason for what is otherwise here', () => {
    const rows = Object.entries(nangoLimits);
    expect(rows.filter(([, { state, why }]) => (state === 'kept') !== (why !== undefined))).toEqual([]);
  });

  const facts = fileURLToPath(new URL('../../../shared/facts/nango-limits.md', import.meta.url));

  it.skipIf(!existsSync(facts))('has every row of the list of facts, which is not a part of this repository', () => {
    const numbers = [...readFileSync(facts, 'utf8').matchAll(/^\| (\d+\.\d+) \|/gm)].map(([, number]) => number);
    expect(Object.keys(nangoLimits)).toEqual(numbers);
  });
});
