import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Job, originOf, secretKey, type Work } from './peer.js';

const run = promisify(execFile);

const moduleOf = { ours: pathToFileURL(`${process.cwd()}/dist/index.js`).href, sdk: '@trigger.dev/sdk' };

/** Milliseconds of CPU of a whole process that does this and nothing else. */
async function cpuOf(script: string): Promise<number> {
  const end = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); process.exit();';
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', `${script}\n${end}`]);
  return Number(stdout);
}

/** Importing, and importing with a first call, over a process that does nothing. */
export const load: Work = async (job: Job) => {
  const name = job.peer === 'ours' ? moduleOf.ours : moduleOf.sdk;
  const bare = await cpuOf('');
  const imported = await cpuOf(`await import('${name}');`);
  const called = await cpuOf(`
    const { configure, runs } = await import('${name}');
    configure({ accessToken: '${secretKey}', baseURL: '${originOf(job)}' });
    await runs.retrieve('run_cm1benchbenchbenchbenchru');`);
  return { import: imported - bare, call: called - bare };
};
