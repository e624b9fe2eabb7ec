import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { listFunctions } from '../../src/host/runner/functions.js';
import type { CompiledFunction } from '../../src/host/runner/sandbox.js';

const require = createRequire(import.meta.url);

/** What the runner answers; its zod is an alias here. */
function runnerRequire(name: string): unknown {
  return name === 'zod' ? require('zod-4.0.5') : require(['crypto', 'url'].includes(name) ? name : 'missing');
}

const loaded = new Map<string, Promise<CompiledFunction>>();

/** A compiled function with the zod of Nango's runner, which is older than the one that its CLI compiles with. */
export function loadWithRunnerZod(name: string): Promise<CompiledFunction> {
  const known = loaded.get(name) ?? load(name);
  loaded.set(name, known);
  return known;
}

async function load(name: string): Promise<CompiledFunction> {
  const file = (await listFunctions()).find((candidate) => candidate.name === name);
  const module = { exports: {} as { default: CompiledFunction } };
  const code = await readFile(file?.path ?? '', 'utf8');
  const wrapper = vm.runInNewContext(`(function (exports, require, module) {${code}\n})`, {
    URL,
    URLSearchParams,
    Buffer,
  });
  wrapper(module.exports, runnerRequire, module);
  return module.exports.default;
}
