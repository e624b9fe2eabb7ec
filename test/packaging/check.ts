import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'packaging-'));
const failures: string[] = [];
let passed = 0;

function check(name: string, problem: () => string | undefined): void {
  let found: string | undefined;
  try {
    found = problem();
  } catch (error) {
    const { stderr, stdout } = error as { stdout?: string; stderr?: string };
    found = `${error instanceof Error ? error.message : error}\n${stdout ?? ''}${stderr ?? ''}`;
  }
  if (found === undefined) {
    passed += 1;
  } else {
    failures.push(name);
  }
  process.stdout.write(
    `${found === undefined ? 'ok    ' : 'FAILED'} ${name}${found === undefined ? '' : `\n${found}`}\n`,
  );
}

const run = (command: string, args: readonly string[], cwd = root) =>
  execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const bin = (name: string) => join(root, 'node_modules/.bin', name);

run('npm', ['run', 'build']);
const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder])) as {
  filename: string;
  files: { path: string }[];
}[];
const tarball = join(folder, packed?.filename ?? '');
const files = new Set(packed?.files.map(({ path }) => path));

const sizeOf = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

check('the package holds what it promises', () => {
  const promised = [
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist/cli/bin.js',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/host/index.js',
    'integrations/build/trigger-dev_syncs_runs.cjs',
    'integrations/trigger-dev/provider.yaml',
    'integrations/trigger-dev/tests/list-runs.test.json',
    'src/nango/index.ts',
    'nango.yaml',
    'schemas/connect-form.json',
    'schemas/openapi.json',
  ];
  const absent = promised.filter((path) => !files.has(path));
  return absent.length === 0 ? undefined : `absent: ${absent.join(', ')}`;
});

check('the package holds nothing else', () => {
  const odd = [...files].filter((path) =>
    // The rooms that an export takes along.
    /^(?:src\/(?!(?:api|connection|errors|gate|nango)\/)|test|node_modules|\.)|generate\/|\.map$|\.db$|(?:^|\/)\.env|tsbuildinfo/.test(
      path,
    ),
  );
  return odd.length === 0 ? undefined : odd.join('\n');
});

check('publint', () => {
  run(bin('publint'), ['--strict', '--pack', 'false', root]);
  return undefined;
});

check('are the types wrong', () => {
  // ESM only, on purpose; the schemas and the YAML have no types to resolve.
  run(bin('attw'), [
    tarball,
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    'provider.yaml',
    'schemas/*',
    'package.json',
  ]);
  return undefined;
});

check('knip: no unused file, export or dependency', () => {
  run(bin('knip'), []);
  return undefined;
});

check('a project that installs it gets five packages in 12 MB, can import it and run it', () => {
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  run('npm', ['install', '--no-audit', '--no-fund', '--no-save', tarball], folder);
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  const expected = ['jose', 'trigger-dev-connector', 'undici', 'yaml', 'zod'];
  if (installed.sort().join() !== expected.join()) {
    return `installed: ${installed.join(', ')}`;
  }
  const size = sizeOf(join(folder, 'node_modules'));
  if (size > 12 * 1024 * 1024) {
    return `${size} bytes installed`;
  }
  const script = `
    import { supports, TriggerClient } from 'trigger-dev-connector';
    import { parseConnection } from 'trigger-dev-connector/form';
    import { Host } from 'trigger-dev-connector/host';
    const { ok } = parseConnection({ apiKey: '' });
    console.log(supports('runs.list', 'pat'), typeof TriggerClient, ok, typeof Host);`;
  const printed = run(process.execPath, ['--input-type=module', '-e', script], folder).trim();
  const matrix = run(process.execPath, ['node_modules/trigger-dev-connector/dist/cli/bin.js', 'matrix'], folder);
  if (printed !== 'true function false function' || !matrix.includes('runs.retrieve')) {
    return `${printed}\n${matrix}`;
  }
  // Without the optional driver, the message says what to install.
  try {
    run(process.execPath, ['node_modules/trigger-dev-connector/dist/cli/bin.js', 'records'], folder);
    return 'records ran without a driver';
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return stderr.includes('npm install libsql') ? undefined : stderr;
  }
});

check('the installed package exports into a Nango project', () => {
  const project = join(folder, 'nango-project');
  mkdirSync(join(project, '.nango'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "devDependencies": { "nango": "0.71.10" } }');
  writeFileSync(join(project, 'index.ts'), '');
  const exported = run(
    process.execPath,
    ['node_modules/trigger-dev-connector/dist/cli/bin.js', 'export', project, '--json'],
    folder,
  );
  const { added } = JSON.parse(exported) as { added: string[] };
  const sources = run('git', ['ls-files', 'integrations/trigger-dev/actions', 'src/errors']).trim().split('\n');
  const absent = sources
    .map((path) => path.replace(/^integrations\//, '').replace(/^src/, 'trigger-dev/connector'))
    .filter((path) => !added.includes(path));
  return absent.length === 0 ? undefined : `absent: ${absent.join(', ')}`;
});

rmSync(folder, { recursive: true, force: true });
process.stdout.write(`packaging: ${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
