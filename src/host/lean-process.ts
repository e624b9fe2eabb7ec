import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves of V8's young generation: what is not used any more stays there until half of it is full. */
const youngBytes = 16 * 1024 * 1024;

/**
 * V8 doubles the young generation up to 32 MB, 128 MB on Node 24, once enough has survived in it. A sync needs some 40 kB
 * of it at a time, so a larger one is only memory, and further from the processor's cache: reading unchanged runs again
 * takes a fifth more CPU. V8 reads its largest size at the start of a process only, but how it grows each time. Where much
 * survives at once, it may have grown past that before this is heard of.
 */
function keepYoungGenerationSmall(): void {
  let factor = 2;
  const watch = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    // Not once and for all: V8 shrinks it when little happens, and it must be able to grow again.
    const wanted = (young?.space_size ?? 0) < youngBytes ? 2 : 1;
    if (wanted !== factor) {
      factor = wanted;
      setFlagsFromString(`--semi-space-growth-factor=${factor}`);
    }
  });
  watch.observe({ entryTypes: ['gc'] });
}

/**
 * Keeps V8 from compiling WebAssembly a second time, optimised, and in most cases its young generation at 16 MB. undici
 * parses HTTP in WebAssembly, and V8's second compile of it takes 35 MB and 80 ms of CPU, which not even a million runs
 * earn back. For a process that is a host and nothing else, before its first request: it holds for all WebAssembly that
 * is compiled later. The command line does it. Nothing happens on Node 25 and newer.
 */
export function leanProcess(): void {
  // The flags were looked up in Node 20, 22 and 24; V8 complains on standard error of one that it does not know.
  if (Number.parseInt(process.versions.node, 10) > 24) {
    return;
  }
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  // Who asks for a size gets it.
  if (!/--m(?:ax|in)[-_]semi[-_]space/.test([process.env['NODE_OPTIONS'], ...process.execArgv].join(' '))) {
    keepYoungGenerationSmall();
  }
}
