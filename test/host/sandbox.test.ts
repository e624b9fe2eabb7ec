import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listFunctions } from '../../src/host/runner/functions.js';
import { execute, loadFunction } from '../../src/host/runner/sandbox.js';

const folder = mkdtempSync(join(tmpdir(), 'functions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function functionThat(code: string) {
  count += 1;
  const path = join(folder, `trigger-dev_actions_f${count}.cjs`);
  writeFileSync(
    path,
    `exports.default = { type: 'action', description: '', exec: async (nango, input) => { ${code} } };`,
  );
  return loadFunction({ kind: 'actions', name: `f${count}`, path });
}

// The list of globals is a fact about Nango's runner; ours must neither offer more nor less.
const there = ['URL', 'URLSearchParams', 'Buffer', 'setTimeout', 'Intl', 'console'];
const missing = [
  'fetch',
  'process',
  'TextEncoder',
  'TextDecoder',
  'structuredClone',
  'AbortController',
  'clearTimeout',
  'setInterval',
  'queueMicrotask',
  'atob',
  'btoa',
  'crypto',
  'performance',
];

describe('the sandbox', () => {
  it.each(there)('has %s', async (name) => {
    expect(await (await functionThat(`return typeof ${name}`)).exec({})).not.toBe('undefined');
  });

  it.each(missing)('has no %s', async (name) => {
    expect(await (await functionThat(`return typeof ${name}`)).exec({})).toBe('undefined');
  });

  it.each(['zod', 'crypto', 'url'])('answers require of %s', async (name) => {
    expect(await (await functionThat(`return typeof require('${name}')`)).exec({})).toBe('object');
  });

  it.each(['node:crypto', 'node:fs', 'fs', 'undici', 'child_process'])(
    'does not answer require of %s',
    async (name) => {
      await expect((await functionThat(`return require('${name}')`)).exec({})).rejects.toThrow('not available');
    },
  );

  it('runs no code made from strings', async () => {
    await expect((await functionThat("return new Function('return 1')()")).exec({})).rejects.toThrow('Code generation');
  });

  it('evaluates a function once, and keeps the globals of another apart', async () => {
    const leak = 'globalThis.leak = (globalThis.leak ?? 0) + 1; return globalThis.leak';
    const first = await functionThat(leak);
    expect(await first.exec({})).toBe(1);
    const [file] = (await listFunctions(folder)).filter(({ name }) => name === `f${count}`);
    expect(file && (await loadFunction(file))).toBe(first);
    expect(await (await functionThat(leak)).exec({})).toBe(1);
  });

  it('lets go of functions that were not used for a while', async () => {
    const first = await functionThat('return 1');
    const [file] = (await listFunctions(folder)).filter(({ name }) => name === `f${count}`);
    for (let other = 0; other < 6; other += 1) {
      await functionThat('return 2');
    }
    expect(file && (await loadFunction(file))).not.toBe(first);
  });

  it('ends a run that is stopped, and no other', async () => {
    const waiting = await functionThat('await new Promise((resolve) => setTimeout(resolve, 40)); return "woken"');
    const stop = new AbortController();
    const stopped = execute(() => waiting.exec({}), stop.signal);
    const other = execute(() => waiting.exec({}), new AbortController().signal);
    const plain = execute(() => waiting.exec({}), undefined);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(await Promise.all([other, plain])).toEqual(['woken', 'woken']);
  });

  it('keeps the process alive while a run waits, and no longer', async () => {
    const freed = vi.spyOn(globalThis, 'clearTimeout');
    const waits = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const waiting = await functionThat('await new Promise((resolve) => setTimeout(resolve, 60_000))');
    const stop = new AbortController();
    const stopped = execute(() => waiting.exec({}), stop.signal);
    const [timer, wait] = waits.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect([timer?.hasRef(), wait?.hasRef(), freed.mock.calls.length]).toEqual([true, false, 0]);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(freed).toHaveBeenCalledWith(timer);
  });

  it('leaves nothing on the signal of a command that runs many times', async () => {
    const done = await functionThat('await new Promise((resolve) => setTimeout(resolve, 1)); return 1');
    const { signal } = new AbortController();
    for (let run = 0; run < 3; run += 1) {
      expect(await execute(() => done.exec({}), signal)).toBe(1);
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await expect(execute(() => done.exec({}), AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });

  it('refuses a file that is no function, and an empty folder', async () => {
    const path = join(folder, 'trigger-dev_actions_empty.cjs');
    writeFileSync(path, 'exports.default = 1;');
    await expect(loadFunction({ kind: 'actions', name: 'empty', path })).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await expect(listFunctions(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
