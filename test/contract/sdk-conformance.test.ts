import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import * as sdk from '@trigger.dev/sdk';
import { afterAll, describe, expect, it, vi } from 'vitest';
import * as ours from '../../src/client/index.js';
import { withoutVariables } from '../client/environment.js';
import { calls, credentials, type KeyName, type SharedCall } from './sdk-conformance-calls.js';
import { type Difference, differences } from './sdk-conformance-differences.js';
import { recordingServer, type Sent } from './sdk-conformance-server.js';

type Package = Readonly<Record<string, Readonly<Record<string, (...args: readonly unknown[]) => unknown>>>>;
interface Outcome {
  readonly sent: Sent[];
  /** The code of ours or the name of a native error; undefined where the call was answered. */
  readonly failure: string | undefined;
}

withoutVariables();
afterAll(ours.closeConnections);

const require = createRequire(import.meta.url);
const factsFolder = resolve(process.env['TRIGGER_FACTS'] ?? '../shared/facts');
const fact = (file: string) => readFileSync(join(factsFolder, file), 'utf8');
const facts = existsSync(factsFolder)
  ? { numbered: fact('trigger-docs-vs-server.md'), sections: fact('trigger-api.md') }
  : undefined;
if (facts === undefined) {
  process.stderr.write(`Skipped: the reasons for differences from the SDK, for ${factsFolder} does not exist.\n`);
}

const keyNames = Object.keys(credentials) as KeyName[];
const used = new Set<Difference>();

const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));

/** The SDK serialises a payload with notes of its types around it; the notes are of no interest here. */
const unwrapped = (payload: unknown) =>
  typeof payload === 'string' && payload.startsWith('{"json":') ? { wrapped: JSON.parse(payload).json } : payload;

/** Leaves by path; a payload is one. */
function leaves(value: unknown, path: string): [string, unknown][] {
  if (path.endsWith(' payload')) {
    return [[path, unwrapped(value)]];
  }
  const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  return isLeaf ? [[path, value]] : Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path} ${name}`));
}

const partsOf = ({ body, query, ...rest }: Sent): Map<string, unknown> =>
  new Map([
    ...Object.entries(rest),
    ...Object.entries(query).map(([name, value]) => [`query ${name}`, value] as const),
    ...leaves(body, 'body'),
  ]);

/** One line for each thing that differs: `what: theirs → ours`. */
function compare(theirs: Outcome, mine: Outcome): string[] {
  if (theirs.failure !== undefined || mine.failure !== undefined) {
    // A refusal comes before anything is sent: what was sent shows beside it.
    const told = ({ failure, sent }: Outcome) =>
      [failure ?? [], ...sent.map(({ request }) => request)].flat().join(', ');
    return [`outcome: ${told(theirs)} → ${told(mine)}`];
  }
  const extra = mine.sent.length - theirs.sent.length;
  const before = mine.sent.slice(0, Math.max(0, extra)).map(({ request }) => `request: nothing → ${request}`);
  const pairs = theirs.sent.map((one, index) => [partsOf(one), partsOf(mine.sent[index + extra] as Sent)] as const);
  return [
    ...before,
    ...pairs.flatMap(([one, other]) =>
      [...new Set([...one.keys(), ...other.keys()])]
        .filter((name) => text(one.get(name)) !== text(other.get(name)))
        .map((name) => `${name}: ${text(one.get(name))} → ${text(other.get(name))}`),
    ),
  ];
}

async function attempt(
  packageOf: Package,
  { method, scopes }: SharedCall,
  args: readonly unknown[],
  take: () => Sent[],
): Promise<Outcome> {
  const [namespace = '', name = ''] = method.split('.');
  const target = packageOf[namespace]?.[name];
  expect(target, method).toBeTypeOf('function');
  const direct = async () => target?.(...args);
  const scoped = (scopes ?? []).reduceRight<() => Promise<unknown>>(
    (inner, options) => async () => packageOf['auth']?.['withAuth']?.(options, inner),
    direct,
  );
  const failure = await scoped().then(
    () => undefined,
    (error: { code?: string; name?: string }) => error.code ?? error.name ?? 'unknown',
  );
  return { sent: take(), failure };
}

/** A line that stands in the table is explained; the row has then been used. */
function explained(line: string, shared: SharedCall, key: KeyName): boolean {
  const rows = differences.filter(
    (row) => row.calls.test(shared.name) && (row.keys ?? keyNames).includes(key) && row.line.test(line),
  );
  for (const row of rows) {
    used.add(row);
  }
  return rows.length > 0;
}

describe('the official SDK and this package', () => {
  it('are compared in the version that the facts are about', () => {
    const { version } = JSON.parse(readFileSync(require.resolve('@trigger.dev/sdk/package.json'), 'utf8'));
    expect(version).toBe('4.8.3');
  });

  it.each(calls)('send the same for $name', async (shared) => {
    const server = await recordingServer();
    for (const [name, value] of Object.entries(shared.variables ?? {})) {
      vi.stubEnv(name, value);
    }
    for (const key of shared.keys ?? keyNames) {
      const { environment, ...options } = { ...credentials[key], ...shared.options };
      const real = (args: readonly unknown[]) =>
        args.map((arg) => (arg === '$ref' ? 'proj_fake' : arg === '$env' ? environment : arg));
      sdk.configure({ ...options, baseURL: server.url });
      ours.configure({ ...options, baseURL: server.url });
      const theirs = await attempt(sdk as unknown as Package, shared, real(shared.args), server.take);
      const mine = await attempt(ours as unknown as Package, shared, real(shared.ours ?? shared.args), server.take);
      const lines = compare(theirs, mine);
      if (shared.ours !== undefined) {
        lines.push(`arguments: ${text(shared.args)} → ${text(shared.ours)}`);
      }
      expect(
        lines.filter((line) => !explained(line, shared, key)),
        key,
      ).toEqual([]);
    }
  });

  it('differ in nothing else: each row of the table was met', () => {
    expect(differences.filter((row) => !used.has(row)).map(({ calls, line }) => `${calls} ${line}`)).toEqual([]);
  });

  it.skipIf(facts === undefined)('differ for a reason that is written down', () => {
    const missing = differences.filter(({ fact }) =>
      /^\d+$/.test(fact) ? !facts?.numbered.includes(`\n| ${fact} |`) : !facts?.sections.includes(`\n### ${fact} `),
    );
    expect(missing).toEqual([]);
  });
});
