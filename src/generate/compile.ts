import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const mark = `${root}integrations/build/.inputs`;

// Everything that ends up in a compiled function, and what makes it smaller.
const inputs = ['integrations/trigger-dev', 'src/api', 'src/connection', 'src/errors', 'src/gate', 'src/nango'];
const singles = ['integrations/index.ts', 'src/generate/compile.ts'];

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash
      .update(path)
      .update('\0')
      .update(await readFile(`${root}${path}`))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Of what was compiled: the Nango CLI leaves something else there after a dryrun or a deploy. */
async function outputs(): Promise<string> {
  const names = await readdir(dirname(mark)).catch(() => []);
  const compiled = names.filter((name) => name.endsWith('.cjs')).sort();
  return hashOf(compiled.map((name) => `integrations/build/${name}`));
}

async function digest(): Promise<string> {
  const listed = await Promise.all(
    inputs.map(async (folder) => {
      const entries = await readdir(`${root}${folder}`, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length));
    }),
  );
  return hashOf([...listed.flat().sort(), ...singles]);
}

function nangoCompile(): Promise<{ code: number | null; output: string }> {
  const packageJson = createRequire(import.meta.url).resolve('nango/package.json');
  // Inline source maps are three quarters of a function, and all functions are in the package.
  const args = [`${dirname(packageJson)}/dist/index.js`, 'compile', '--sourcemap', 'false'];
  const child = spawn(process.execPath, args, {
    // The CLI looks for its project in the working directory only, and must never run at the root.
    cwd: `${root}integrations`,
    env: { ...process.env, CI: 'true', NANGO_CLI_TELEMETRY: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Nango's CLI leaves what an earlier run compiled, and the host would go on running it. */
async function removeLeftovers(): Promise<void> {
  const index = await readFile(`${root}integrations/index.ts`, 'utf8');
  const imported = [...index.matchAll(/^import '\.\/(.+)\.js'/gm)].map(([, path = '']) => path.replaceAll('/', '_'));
  const compiled = (await readdir(dirname(mark))).filter((name) => name.endsWith('.cjs'));
  const leftovers = compiled.filter((name) => !imported.includes(name.replace(/\.cjs$/, '')));
  await Promise.all(leftovers.map((name) => rm(`${dirname(mark)}/${name}`)));
}

/** Each function holds all endpoints, and all functions are in the package. */
async function shrink(): Promise<void> {
  const compiled = (await readdir(dirname(mark))).filter((name) => name.endsWith('.cjs'));
  for (const name of compiled) {
    const path = `${dirname(mark)}/${name}`;
    const code = await readFile(path, 'utf8');
    const small = await transform(code, { minify: true, format: 'cjs', legalComments: 'none' });
    await writeFile(path, small.code);
  }
}

/** Compiles the Nango functions with Nango's own CLI, when an input or what was compiled changed since the last time. */
export async function compileFunctions(say: (line: string) => void): Promise<void> {
  const now = await digest();
  const before = await readFile(mark, 'utf8').catch(() => '');
  if (before === `${now} ${await outputs()}`) {
    say('Nango functions: up to date');
    return;
  }
  say('Nango functions: compiling with the Nango CLI (about 15 seconds)');
  const { code, output } = await nangoCompile();
  if (code !== 0) {
    throw new Error(`nango compile failed with exit code ${code}:\n${output}`);
  }
  await removeLeftovers();
  await shrink();
  await writeFile(mark, `${now} ${await outputs()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await compileFunctions((line) => process.stderr.write(`${line}\n`));
}
