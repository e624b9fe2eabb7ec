import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runNode } from '../setup/run-process.js';
import { oddShapes, readableShapes } from './odd-shapes.js';

interface Ended {
  readonly client: string;
  readonly name: string;
  readonly outcome: string;
  readonly uncaught: readonly string[];
}

const script = fileURLToPath(new URL('odd-subscriptions.ts', import.meta.url));
let ended: readonly Ended[] = [];
let process_: Awaited<ReturnType<typeof runNode>>;

// A process of its own: what nobody catches would end it, and a test runner catches everything.
beforeAll(async () => {
  process_ = await runNode(['--import', 'tsx', script], { env: process.env });
  ended = process_.output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Ended);
}, 180_000);

const expected = Object.entries({
  ...Object.fromEntries(Object.entries(oddShapes).map(([name, { code }]) => [name, code ?? 'invalid_response'])),
  ...Object.fromEntries(Object.entries(readableShapes).map(([name, { runs }]) => [name, `${runs} runs`])),
});

describe.each(['node', 'page'])('a subscription of the client for %s', (client) => {
  it.each(expected)('that is sent %s ends with %s, and leaves nothing uncaught', (name, outcome) => {
    expect(ended.find((one) => one.name === name && one.client === client)).toEqual({
      client,
      name,
      outcome,
      uncaught: [],
    });
  });
});

it('the process that subscribed to all of them lives to its end', () => {
  expect(process_).toMatchObject({ code: 0, signal: null });
  expect(ended).toHaveLength(2 * expected.length);
});
