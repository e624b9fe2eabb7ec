import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Adds one, in WebAssembly: a module of one exported function `f`. */
const adder = [
  [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  [0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f],
  [0x03, 0x02, 0x01, 0x00],
  [0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  [0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x41, 0x01, 0x6a, 0x0b],
].flat();

/** Is a function that was called millions of times still as it was compiled first? */
async function staysUnoptimised(before: string): Promise<boolean> {
  const script = `
    ${before}
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(${JSON.stringify(adder)})));
    const isBaseline = new Function('f', 'return %IsLiftoffFunction(f)');
    exports.f(0);
    for (let round = 0; round < 40 && isBaseline(exports.f); round += 1) {
      for (let call = 0; call < 1_000_000; call += 1) exports.f(call);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(isBaseline(exports.f));`;
  const { stdout } = await run(process.execPath, ['--allow-natives-syntax', '--input-type=module', '-e', script]);
  return stdout.trim() === 'true';
}

const isKnown = Number.parseInt(process.versions.node, 10) <= 24;

async function calledLean(): Promise<string> {
  const { code } = await transform(await readFile('src/host/lean-process.ts', 'utf8'), { loader: 'ts' });
  return `${code}\nleanProcess();`;
}

test('V8 compiles WebAssembly once in the process of a host, and twice elsewhere', async () => {
  expect(await Promise.all([staysUnoptimised(await calledLean()), staysUnoptimised('')])).toEqual([isKnown, false]);
});

/** The largest that the young generation becomes where much survives, in MB. */
async function largestYoung(before: string, options: readonly string[] = []): Promise<number> {
  const script = `
    ${before}
    const { getHeapSpaceStatistics: spaces } = await import('node:v8');
    let largest = 0;
    for (let round = 0; round < 200; round += 1) {
      globalThis.kept = Array.from({ length: 10_000 }, (_, place) => ({ place, list: [place] }));
      await new Promise((resolve) => setTimeout(resolve, 1));
      largest = Math.max(largest, spaces().find(({ space_name }) => space_name === 'new_space').space_size);
    }
    console.log(largest / 1024 / 1024);`;
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '-e', script]);
  return Number(stdout);
}

test('the young generation of a host grows to 16 MB, or to what was asked for', async () => {
  const lean = await calledLean();
  const sizes = [largestYoung(lean), largestYoung(lean, ['--max-semi-space-size=16']), largestYoung('')];
  const [ofHost = 0, asked = 0, elsewhere = 0] = await Promise.all(sizes);
  expect([ofHost, asked]).toEqual([isKnown ? 16 : elsewhere, 32]);
  expect(elsewhere).toBeGreaterThanOrEqual(32);
});
