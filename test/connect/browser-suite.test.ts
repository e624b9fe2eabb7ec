import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

function runWithout(chromium: string, ci: string | undefined) {
  const { CI: _, ...env } = process.env;
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'test/browser/run.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, CHROMIUM_PATH: chromium, ...(ci !== undefined && { CI: ci }) },
  });
  return { status: run.status, said: run.stdout };
}

describe('the browser suite without a chromium', () => {
  it.each([
    ['/nowhere/chromium', undefined, 0, 'there is no /nowhere/chromium'],
    ['/nowhere/chromium', 'true', 1, 'there is no /nowhere/chromium'],
    ['/bin/false', undefined, 0, '/bin/false --version ended with 1'],
    [root, 'true', 1, 'cannot be run (EACCES)'],
  ])('%s, CI=%s: ends with %i', (chromium, ci, status, reason) => {
    const run = runWithout(chromium, ci);
    expect(run.said).toContain('SKIPPED browser: ');
    expect(run.said).toContain(reason);
    expect(run.said).toContain('apt-get install -y chromium');
    expect(run.status).toBe(status);
  });
});
