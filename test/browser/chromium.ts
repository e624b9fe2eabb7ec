import { spawnSync } from 'node:child_process';

/** Where Debian's package puts it, unless the environment names another. */
export const chromiumPath = process.env['CHROMIUM_PATH'] || '/usr/bin/chromium';

/** Why there is no browser to test with; nothing when there is one. */
export function missingChromium(): string | undefined {
  const { error, status } = spawnSync(chromiumPath, ['--version'], { stdio: 'ignore' });
  if (error !== undefined) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `there is no ${chromiumPath}` : `${chromiumPath} cannot be run (${code ?? 'unknown'})`;
  }
  return status === 0 ? undefined : `${chromiumPath} --version ended with ${status ?? 'a signal'}`;
}
