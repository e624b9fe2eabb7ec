import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
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
      const own = name === 'host' ? hostCases[row] : undefined;
      const check = own ?? cases[row];
      expect(check, 'a case for this row').toBeDefined();
      await check?.(standIns[name]);
    });
  });
}

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
