import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import type * as z from 'zod';
import { ConnectorError } from '../../errors/index.js';
import type { FunctionFile } from './functions.js';

/** A compiled function, as the Nango CLI leaves it: a plain object. */
export interface CompiledFunction {
  readonly type: 'action' | 'sync' | 'onEvent';
  readonly description: string;
  readonly input?: z.ZodType;
  readonly output?: z.ZodType;
  readonly models?: Readonly<Record<string, z.ZodType>>;
  /** Of a sync. Example: "every 5 minutes" */
  readonly frequency?: string;
  exec(nango: unknown, input?: unknown): Promise<unknown>;
}

// What Nango's runner answers to `require`, as far as our functions need it.
const allowedModules = new Set(['zod', 'crypto', 'url']);
const hostRequire = createRequire(import.meta.url);

/** Nango answers a request for any other module with an error as well. */
function sandboxRequire(name: string): unknown {
  if (!allowedModules.has(name)) {
    throw new Error(`Module '${name}' is not available to a Nango function`);
  }
  return hostRequire(name);
}

const silent = () => undefined;

/** `setTimeout` that ends with the run: what a stopped function waits for would keep the process alive. */
function timers(signal: AbortSignal | undefined): (work: () => void, ms?: number) => void {
  const waiting = new Set<NodeJS.Timeout>();
  signal?.addEventListener('abort', () => waiting.forEach(clearTimeout), { once: true });
  return (work, ms) => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      work();
    }, ms);
    waiting.add(timer);
  };
}

/** The globals of Nango's runner and no others: a function that works here works there. Emulation, not a security boundary. */
function sandboxGlobals(signal: AbortSignal | undefined): vm.Context {
  const console = { log: silent, info: silent, warn: silent, error: silent, debug: silent };
  return vm.createContext(
    { Buffer, URL, URLSearchParams, setTimeout: timers(signal), console },
    { codeGeneration: { strings: false, wasm: false } },
  );
}

const scripts = new Map<string, Promise<vm.Script>>();

function compile(path: string): Promise<vm.Script> {
  let script = scripts.get(path);
  if (script === undefined) {
    script = readFile(path, 'utf8').then(
      (code) => new vm.Script(`(function (exports, require, module) {${code}\n})`, { filename: path }),
    );
    scripts.set(path, script);
  }
  return script;
}

/** Loads a compiled function into a fresh context. */
export async function loadFunction(file: FunctionFile, signal?: AbortSignal): Promise<CompiledFunction> {
  const script = await compile(file.path);
  const module = { exports: {} as { default?: CompiledFunction } };
  const wrapper = script.runInContext(sandboxGlobals(signal)) as (...args: unknown[]) => void;
  wrapper(module.exports, sandboxRequire, module);
  if (typeof module.exports.default?.exec !== 'function') {
    throw new ConnectorError('store_unavailable', `${file.name} is not a compiled Nango function. Run npm run build.`);
  }
  return module.exports.default;
}
