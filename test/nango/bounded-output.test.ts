import { expect, it } from 'vitest';
import { boundedOutput } from '../../src/nango/bounded-output.js';
import { largestOutput, outputRefusal } from '../../src/nango/limits.js';

const ofBytes = (bytes: number, character = 'a') => character.repeat((bytes - 2) / Buffer.byteLength(character));

it.each([
  { what: 'nothing', output: undefined, passes: true },
  { what: 'what fits', output: ofBytes(largestOutput), passes: true },
  { what: 'a byte too much', output: ofBytes(largestOutput + 1), passes: false },
  { what: '700,000 Chinese characters, three bytes each', output: '中'.repeat(700_000), passes: false },
  { what: '690,000 of them', output: '中'.repeat(690_000), passes: true },
])('an output is passed on as Nango does: $what', ({ output, passes }) => {
  expect(outputRefusal(JSON.stringify(output) ?? '') === undefined).toBe(passes);
  if (passes) {
    expect(boundedOutput('runs.list', output)).toBe(output);
  } else {
    expect(() => boundedOutput('runs.list', output)).toThrow(
      expect.objectContaining({
        code: 'response_too_large',
        endpoint: 'runs.list',
        message: expect.stringMatching(/limit/),
      }),
    );
  }
});
