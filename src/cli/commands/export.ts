import { resolve } from 'node:path';
import { ConnectorError } from '../../errors/index.js';
import { type Context, print } from '../context.js';
import { withImports } from '../export/index-file.js';
import { type Outcome, planExport, type Step } from '../export/plan.js';
import { checkProject, readManifest, readPresent, remove, write, writeManifest } from '../export/project.js';
import { exportedFiles, integration } from '../export/sources.js';

const pathsOf = (steps: readonly Step[], outcome: Outcome) =>
  steps.filter((step) => step.outcome === outcome).map(({ path }) => path);

async function carryOut(folder: string, steps: readonly Step[]): Promise<void> {
  for (const { outcome, path, text } of steps) {
    if (outcome === 'removed') {
      await remove(folder, path);
    } else if (text !== undefined) {
      await write(folder, path, text);
    }
  }
}

async function updateIndex(folder: string, steps: readonly Step[], entries: readonly string[]) {
  const before = (await readPresent(folder, ['index.ts'])).get('index.ts') ?? '';
  const absent = new Set(pathsOf(steps, 'absent'));
  const there = entries.filter((entry) => !absent.has(entry));
  const { text, ...change } = withImports(before, there, pathsOf(steps, 'removed'));
  if (text !== before) {
    await write(folder, 'index.ts', text);
  }
  return change;
}

/** Writes the integration into a Nango project, or brings an earlier export up to date without losing what was changed. */
export async function exportIntegration(context: Context): Promise<void> {
  const [operand, ...others] = context.operands;
  if (operand === undefined || others.length > 0) {
    throw new ConnectorError(
      'input_invalid',
      'Export where? trigger-dev-connector export <folder>, the folder where you run `nango compile`.',
    );
  }
  const folder = resolve(operand);
  const force = context.flags.force === true;
  const warnings = await checkProject(folder);
  const exported = await readManifest(folder, force);
  const { entries, files } = await exportedFiles();
  const present = await readPresent(folder, new Set([...files.keys(), ...exported.keys()]));
  const steps = planExport({ wanted: files, present, exported, force });
  await carryOut(folder, steps);
  // After the files, so that no line ever leads nowhere.
  const imports = await updateIndex(folder, steps, entries);
  await writeManifest(folder, new Map(steps.flatMap(({ hash, path }) => (hash === undefined ? [] : [[path, hash]]))));
  report(context, steps, { imports, warnings });
}

function report(
  context: Context,
  steps: readonly Step[],
  { imports, warnings }: { imports: Awaited<ReturnType<typeof updateIndex>>; warnings: readonly string[] },
): void {
  const { added, kept, removed, updated, absent, unchanged } = {
    added: pathsOf(steps, 'added'),
    updated: pathsOf(steps, 'updated'),
    unchanged: pathsOf(steps, 'unchanged'),
    removed: pathsOf(steps, 'removed'),
    kept: pathsOf(steps, 'kept'),
    absent: pathsOf(steps, 'absent'),
  };
  const counts = `${added.length} added, ${updated.length} updated, ${removed.length} removed, ${unchanged.length} unchanged`;
  const lines = `index.ts: ${imports.added.length} lines added, ${imports.removed.length} removed`;
  const next = `next: npx nango compile && npx vitest run ${integration} && npx nango deploy dev -i ${integration}`;
  print(context, { added, updated, removed, kept, absent, unchanged: unchanged.length, imports, warnings }, [
    `${integration}: ${counts}`,
    lines,
    next,
  ]);
  if (context.flags.json) {
    return;
  }
  const notes = [
    ...kept.map((path) => `kept, you changed it: ${path}`),
    ...absent.map((path) => `not written, you deleted it: ${path}`),
    ...(kept.length + absent.length > 0 ? ['--force overwrites what you changed, and restores what you deleted.'] : []),
    ...imports.off.map((path) => `left out, commented out in index.ts: ${path}`),
    ...warnings.map((text) => `warning: ${text}`),
  ];
  for (const note of notes) {
    context.stderr.line(note);
  }
}
