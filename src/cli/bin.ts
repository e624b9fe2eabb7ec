#!/usr/bin/env node
import { leanProcess } from '../host/lean-process.js';
import { main } from './main.js';

leanProcess();

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());

// A reader that closed the pipe has what it wanted.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      process.exit(0);
    }
    throw error;
  });
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
  }
  return text;
}

const { env, stdout, stderr } = process;
const code = await main(process.argv.slice(2), { env, stdout, stderr, readStdin, signal: interruption.signal });
process.exitCode = code;
const { closeConnections } = await import('../client/agent.js');
await closeConnections();
