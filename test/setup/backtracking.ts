import { checkSync } from 'recheck';

/**
 * The verdict on a pattern, `safe` or `vulnerable`, by counting steps. recheck also calls slow on the clock
 * vulnerable, which on a busy machine any pattern is: its clocks are off.
 */
export function backtracking(pattern: string, flags: string): string {
  return checkSync(pattern, flags, { timeout: null, attackTimeout: null, incubationTimeout: null }).status;
}
