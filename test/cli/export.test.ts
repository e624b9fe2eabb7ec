import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withImports } from '../../src/cli/export/index-file.js';
import { hashOf, planExport } from '../../src/cli/export/plan.js';
import { runCli } from './run-cli.js';

let folder: string;
const list = 'trigger-dev/actions/list-runs.ts';
const manifest = 'trigger-dev/connector/manifest.json';
const theirs = "import './github/syncs/issues.js';\n";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  mkdirSync(join(folder, '.nango'));
  put('package.json', '{"type": "module", "devDependencies": {"nango": "0.71.10", "zod": "4.3.6"}}');
  put('index.ts', theirs);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, text: string) => writeFileSync(join(folder, path), text);
const get = (path: string) => readFileSync(join(folder, path), 'utf8');
const drop = (path: string) => rmSync(join(folder, path), { recursive: true });

const cli = (argv: string[]) => runCli(argv);

interface Report {
  added: string[];
  updated: string[];
  removed: string[];
  kept: string[];
  absent: string[];
  unchanged: number;
  imports: { added: string[]; removed: string[]; off: string[] };
  warnings: string[];
}

async function exported(...flags: string[]): Promise<Report> {
  const { exit, stderr, stdout } = await cli(['export', folder, '--json', ...flags]);
  expect([exit, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Report;
}

const nothing = { added: [], updated: [], removed: [], kept: [], absent: [] };

describe('export', () => {
  it('writes the functions, what they import, tests and provider entry, and imports them after the lines of others', async () => {
    const report = await exported();
    expect(readdirSync(join(folder, 'trigger-dev')).sort()).toEqual([
      'actions',
      'connector',
      'on-events',
      'provider.yaml',
      'syncs',
      'tests',
    ]);
    expect(readdirSync(join(folder, 'trigger-dev/connector')).sort()).toEqual([
      'LICENSE',
      'api',
      'connection',
      'errors',
      'gate',
      'manifest.json',
      'nango',
    ]);
    const index = get('index.ts');
    expect(index.startsWith(`${theirs}\n// -- Integration: trigger-dev\nimport './trigger-dev/actions/`)).toBe(true);
    expect(index.endsWith("import './trigger-dev/on-events/validate-connection.js';\n")).toBe(true);
    expect(report).toMatchObject({ updated: [], kept: [], imports: { removed: [], off: [] }, warnings: [] });
    expect(report.imports.added).toHaveLength(index.split('\n').filter((line) => line.includes('trigger-dev/')).length);
  });

  it('needs nothing but nango and zod, and in tests vitest', async () => {
    const { added } = await exported();
    const packages = added
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => [...get(path).matchAll(/\bfrom '([^.'][^']*)'/g)].map(([, name]) => name));
    expect([...new Set(packages)].sort()).toEqual(['crypto', 'nango', 'nango/test', 'vitest', 'zod']);
    const outside = added.filter((path) => /from '(?:\.\.\/){3}|\/src\//.test(get(path)));
    expect(outside).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    const { added } = await exported();
    const before = [get('index.ts'), get(manifest)];
    expect(await exported()).toMatchObject({
      ...nothing,
      unchanged: added.length,
      imports: { added: [], removed: [] },
    });
    expect([get('index.ts'), get(manifest)]).toEqual(before);
  });

  it('keeps what was changed and names it, each time, until it is forced', async () => {
    await exported();
    const ours = get(list);
    put(list, `${ours}// mine\n`);
    for (let time = 0; time < 2; time += 1) {
      expect(await exported()).toMatchObject({ ...nothing, kept: [list] });
    }
    const { stderr } = await cli(['export', folder]);
    expect(stderr).toContain(`kept, you changed it: ${list}\n`);
    expect(stderr).toContain('--force');
    expect(await exported('--force')).toMatchObject({ ...nothing, updated: [list] });
    expect(get(list)).toBe(ours);
  });

  it('brings what the customer left alone up to date, and removes what no longer belongs', async () => {
    await exported();
    const stored = JSON.parse(get(manifest)) as { files: Record<string, string> };
    const older = { [list]: '// older\n', 'trigger-dev/actions/gone.ts': '// gone\n' };
    for (const [path, text] of Object.entries(older)) {
      put(path, text);
      stored.files[path] = hashOf(text);
    }
    put('trigger-dev/actions/gone-mine.ts', '// mine\n');
    stored.files['trigger-dev/actions/gone-mine.ts'] = hashOf('// theirs\n');
    put(manifest, JSON.stringify(stored));
    put('index.ts', `${get('index.ts')}import './trigger-dev/actions/gone.js';\n`);
    expect(await exported()).toMatchObject({
      added: [],
      updated: [list],
      removed: ['trigger-dev/actions/gone.ts'],
      kept: ['trigger-dev/actions/gone-mine.ts'],
      imports: { removed: ['trigger-dev/actions/gone.ts'] },
    });
    expect(get('index.ts')).not.toContain('gone');
    expect(await exported()).toMatchObject({ ...nothing, kept: ['trigger-dev/actions/gone-mine.ts'] });
  });

  it('leaves away what was deleted, and its line, until it is forced', async () => {
    await exported();
    drop(list);
    put('index.ts', get('index.ts').replace("import './trigger-dev/actions/list-runs.js';\n", ''));
    expect(await exported()).toMatchObject({ ...nothing, absent: [list], imports: { added: [] } });
    expect(await exported()).toMatchObject({ ...nothing, absent: [list], imports: { added: [] } });
    expect(await exported('--force')).toMatchObject({ added: [list], imports: { added: [list] } });
  });

  it('does not overwrite a file that was there first', async () => {
    mkdirSync(join(folder, 'trigger-dev/actions'), { recursive: true });
    put(list, '// written by hand\n');
    expect(await exported()).toMatchObject({ kept: [list] });
    expect(get(list)).toBe('// written by hand\n');
  });

  it('does not take the line endings of a checkout for a change', async () => {
    await exported();
    put(list, get(list).replaceAll('\n', '\r\n'));
    expect(await exported()).toMatchObject(nothing);
  });

  it('goes on where an export broke off', async () => {
    mkdirSync(join(folder, 'trigger-dev'));
    put('trigger-dev/syncs', 'in the way');
    expect((await cli(['export', folder])).exit).toBe(2);
    drop('trigger-dev/syncs');
    expect(await exported()).toMatchObject({ kept: [], absent: [] });
    expect(await exported()).toMatchObject(nothing);
  });

  it.each([
    { what: 'no folder', argv: () => [], says: 'export <folder>' },
    { what: 'two folders', argv: () => [folder, folder], says: 'export <folder>' },
    { what: 'a folder that is not there', argv: () => [join(folder, 'nope')], says: 'no such folder' },
    { what: 'a file', argv: () => [join(folder, 'index.ts')], says: 'no such folder' },
    { what: 'a folder without index.ts', prepare: () => drop('index.ts'), says: 'it has no index.ts' },
    { what: 'one without package.json', prepare: () => drop('package.json'), says: 'it has no package.json' },
    {
      what: 'one that is no Nango project',
      prepare: () => [drop('.nango'), put('package.json', '{}')],
      says: 'nango init',
    },
    { what: 'an old Nango project', prepare: () => put('nango.yaml', ''), says: 'migrate-to-zero-yaml' },
    { what: 'a package.json that is no JSON', prepare: () => put('package.json', '{'), says: 'package.json' },
    {
      what: 'a folder that cannot be written',
      prepare: () => put('trigger-dev', ''),
      says: 'cannot be written (ENOTDIR)',
    },
  ])('refuses $what, says what to do, and writes nothing', async ({ argv = () => [folder], prepare, says }) => {
    prepare?.();
    const before = readdirSync(folder, { recursive: true });
    const { exit, stderr, stdout } = await cli(['export', ...argv()]);
    expect([exit, stdout, stderr.startsWith('input_invalid: ')]).toEqual([2, '', true]);
    expect(stderr).toContain(says);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  it.each([
    { what: 'is no JSON', text: '{' },
    {
      what: 'names a file elsewhere',
      text: JSON.stringify({ about: '', version: '', files: { '../x': '0'.repeat(64) } }),
    },
    {
      what: 'climbs out',
      text: JSON.stringify({ about: '', version: '', files: { 'trigger-dev/../x': '0'.repeat(64) } }),
    },
  ])('refuses a manifest that $what, unless it is forced', async ({ text }) => {
    await exported();
    put(manifest, text);
    expect(await cli(['export', folder])).toMatchObject({ exit: 2, stderr: expect.stringContaining('--force') });
    expect(await exported('--force')).toMatchObject(nothing);
  });

  it.each([
    { what: 'no .nango folder', prepare: () => drop('.nango'), says: '.nango' },
    {
      what: 'a package that is no module',
      prepare: () => put('package.json', '{"devDependencies":{"nango":"0.71.10"}}'),
      says: '"type": "module"',
    },
  ])('warns of $what', async ({ prepare, says }) => {
    prepare();
    const { exit, stderr } = await cli(['export', folder]);
    expect([exit, stderr]).toEqual([0, expect.stringMatching(/^warning: [^\n]+\n$/)]);
    expect(stderr).toContain(says);
  });
});

describe('index.ts', () => {
  const entries = ['trigger-dev/actions/a.ts', 'trigger-dev/actions/b.ts'];
  const [a, b] = ["import './trigger-dev/actions/a.js';", "import './trigger-dev/actions/b.js';"];

  it.each([
    { what: 'an empty file', before: '', after: `// -- Integration: trigger-dev\n${a}\n${b}\n` },
    {
      what: 'a last line without an end',
      before: '// x',
      after: `// x\n\n// -- Integration: trigger-dev\n${a}\n${b}\n`,
    },
    {
      what: 'empty lines at the end',
      before: '// x\n\n\n',
      after: `// x\n\n// -- Integration: trigger-dev\n${a}\n${b}\n`,
    },
    {
      what: 'one of ours among others',
      before: `${a}\nimport './z/y.js';\n`,
      after: `${a}\n${b}\nimport './z/y.js';\n`,
    },
    {
      what: 'other spellings',
      before: `import "./trigger-dev/actions/a";\n${b.slice(0, -1)}\n`,
      after: `import "./trigger-dev/actions/a";\n${b.slice(0, -1)}\n`,
    },
    { what: 'lines of Windows', before: `// x\r\n${a}\r\n`, after: `// x\r\n${a}\r\n${b}\r\n` },
    {
      what: 'names that begin alike',
      before: "import './trigger-dev/actions/ab.js';\n",
      after: `import './trigger-dev/actions/ab.js';\n${a}\n${b}\n`,
    },
    { what: 'a line that is commented out', before: `// ${a}\n${b}\n`, after: `// ${a}\n${b}\n`, off: [entries[0]] },
  ])('with $what', ({ after, before, off = [] }) => {
    const change = withImports(before, entries, []);
    expect(change).toMatchObject({ text: after, off });
    expect(withImports(change.text, entries, [])).toMatchObject({ text: change.text, added: [] });
  });
});

describe('the plan', () => {
  const old = hashOf('old');
  it.each([
    { what: 'new', present: undefined, exported: undefined, plain: 'added', forced: 'added' },
    { what: 'left alone', present: 'old', exported: old, plain: 'updated', forced: 'updated' },
    { what: 'up to date', present: 'new', exported: old, plain: 'unchanged', forced: 'unchanged' },
    { what: 'changed', present: 'mine', exported: old, plain: 'kept', forced: 'updated' },
    { what: 'deleted', present: undefined, exported: old, plain: 'absent', forced: 'added' },
    { what: 'there before', present: 'mine', exported: undefined, plain: 'kept', forced: 'updated' },
    { what: 'the same before', present: 'new', exported: undefined, plain: 'unchanged', forced: 'unchanged' },
    { what: 'dropped', wanted: false, present: 'old', exported: old, plain: 'removed', forced: 'removed' },
    { what: 'dropped and changed', wanted: false, present: 'mine', exported: old, plain: 'kept', forced: 'removed' },
    {
      what: 'dropped and deleted',
      wanted: false,
      present: undefined,
      exported: old,
      plain: undefined,
      forced: undefined,
    },
  ])('of a file that is $what', ({ exported, forced, plain, present, wanted = true }) => {
    const map = (value: string | undefined) => new Map(value === undefined ? [] : [['f', value] as const]);
    const given = { wanted: map(wanted ? 'new' : undefined), present: map(present), exported: map(exported) };
    expect(planExport({ ...given, force: false })[0]?.outcome).toBe(plain);
    expect(planExport({ ...given, force: true })[0]?.outcome).toBe(forced);
  });
});
