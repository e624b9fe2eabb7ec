import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from compiling WebAssembly a second time, optimised. undici parses HTTP in WebAssembly, and V8's second
 * compile of it takes 35 MB and 80 ms of CPU, which not even a million runs earn back. For a process that is a host and
 * nothing else, before its first request: it holds for all WebAssembly that is compiled later. The command line does it.
 * Nothing happens on Node 25 and newer.
 */
export function leanProcess(): void {
  // Both flags were looked up in Node 20, 22 and 24; V8 complains on standard error of one that it does not know.
  if (Number.parseInt(process.versions.node, 10) <= 24) {
    setFlagsFromString('--no-wasm-tier-up');
    setFlagsFromString('--no-wasm-dynamic-tiering');
  }
}
