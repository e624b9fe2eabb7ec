import { describe, expect, it } from 'vitest';
import { frequencyMs } from '../../src/host/runner/frequency.js';

describe('frequencyMs', () => {
  it.each([
    ['every 30 seconds', 30_000],
    ['every minute', 60_000],
    ['every 5 minutes', 300_000],
    ['every half hour', 1_800_000],
    ['every hour', 3_600_000],
    ['every day', 86_400_000],
  ])('%s', (frequency, ms) => {
    expect(frequencyMs(frequency)).toBe(ms);
  });

  it.each(['every 10 seconds', 'every half minute and more', 'hourly', 'every 0 hours', ''])('refuses "%s"', (text) => {
    expect(() => frequencyMs(text)).toThrow(expect.objectContaining({ code: 'input_invalid', field: 'frequency' }));
  });
});
