import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import * as z from 'zod';
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
  /** Of a sync: false where somebody has to start it. */
  readonly autoStart?: boolean;
  exec(nango: unknown, input?: unknown): Promise<unknown>;
}

// What Nango's runner answers to `require`, as far as our functions need it.
const allowedModules = new Set(['zod', 'crypto', 'url']);
const hostRequire = createRequire(import.meta.url);

/**
 * The zod that is loaded already: a second copy costs as much as all else that a function holds. By inheritance, because
 * what esbuild compiled makes a getter of its own for each own name of a module: a megabyte for zod.
 */
const sharedZod: unknown = Object.create(z);

/** Nango answers a request for any other module with an error as well. */
function sandboxRequire(name: string): unknown {
  if (!allowedModules.has(name)) {
    throw new Error(`Module '${name}' is not available to a Nango function`);
  }
  return name === 'zod' ? sharedZod : hostRequire(name);
}

const silent = (): void => undefined;

/** Functions wait by it. Alone it does not keep the process alive: a run does, until it ends or is stopped. */
const setTimeoutUnheld = (work: () => void, ms?: number): NodeJS.Timeout => setTimeout(work, ms).unref();

const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs a function until it ends, is stopped (`aborted`) or had its time (`timeout`); a stop does not wait for what the
 * function waits for. `work` gets the signal that says so to the calls of `nango`.
 */
export async function execute<Result>(
  work: (stopped: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
  limitMs: number = longestTimerMs,
): Promise<Result> {
  if (signal?.aborted) {
    throw new ConnectorError('aborted');
  }
  const end = new AbortController();
  let fail: (error: ConnectorError) => void = silent;
  const ended = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const stop = () => {
    fail(new ConnectorError('aborted'));
    end.abort();
  };
  const held = setTimeout(() => {
    fail(new ConnectorError('timeout', `The function ran for ${limitMs / 60_000} minutes, as long as Nango lets one.`));
    end.abort();
  }, limitMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(end.signal), ended]);
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(held);
  }
}

/** Whatever is asked of it, as in Nango's runner: a method that does nothing. */
const silentConsole = new Proxy({}, { get: () => silent });

/**
 * The globals of Nango's runner and no others: a function that works here works there. `Error` is the host's own there
 * too, so that of what the language throws only what is made with it is an `Error`. Emulation, not a security boundary.
 */
function sandboxGlobals(): vm.Context {
  return vm.createContext(
    { Buffer, Error, URL, URLSearchParams, setTimeout: setTimeoutUnheld, console: silentConsole },
    { codeGeneration: { strings: false, wasm: false } },
  );
}

/** Global names that no parameter may have, or that the engine knows anyway. */
const fixed = new Set(['eval', 'undefined', 'NaN', 'Infinity', 'globalThis']);
const identifier = /^[A-Za-z]\w*$/;

async function evaluate({ name, path }: FunctionFile): Promise<CompiledFunction> {
  const code = await readFile(path, 'utf8');
  const context = sandboxGlobals();
  // As parameters: a global of a context is looked up through the host at each use, which costs more than the use.
  const names = (vm.runInContext('Object.getOwnPropertyNames(globalThis)', context) as string[]).filter(
    (global) => identifier.test(global) && !fixed.has(global),
  );
  const values = vm.runInContext(`[${names.join()}]`, context) as unknown[];
  const script = new vm.Script(`(function (exports, require, module, ${names.join()}) {${code}\n})`, {
    filename: path,
  });
  const module = { exports: {} as { default?: CompiledFunction } };
  const wrapper = script.runInContext(context) as (...args: unknown[]) => void;
  wrapper(module.exports, sandboxRequire, module, ...values);
  if (typeof module.exports.default?.exec !== 'function') {
    throw new ConnectorError('store_unavailable', `${name} is not a compiled Nango function. Run npm run build.`);
  }
  return module.exports.default;
}

/** A loaded function holds a megabyte or two, and takes some 10 ms to load. */
const mostLoaded = 6;

/** By path, the last used at the end. */
const loaded = new Map<string, Promise<CompiledFunction>>();

/** Loads a compiled function into a context of its own, unless it is one of the last that were used. */
export function loadFunction(file: FunctionFile): Promise<CompiledFunction> {
  const found = loaded.get(file.path) ?? evaluate(file);
  loaded.delete(file.path);
  loaded.set(file.path, found);
  const [oldest] = loaded.keys();
  if (loaded.size > mostLoaded && oldest !== undefined) {
    loaded.delete(oldest);
  }
  // What could not be loaded may be there the next time.
  found.catch(() => loaded.delete(file.path));
  return found;
}
