import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints, supports } from '../../src/api/index.js';
import { browserBuild, browserBundle } from '../../src/generate/bundle.js';
import { inputs } from '../gate/connections.js';
import { samples } from '../gate/samples.js';

type Name = EndpointName;

interface Schema {
  safeParse(value: unknown): {
    success: boolean;
    data?: unknown;
    error?: { issues: readonly { path: PropertyKey[] }[] };
  };
}

type Rows = Readonly<Record<Name, { input(): Schema; output(): Schema }>>;

const names = endpointNames.filter((name) => supports(name, 'publicAccessToken') || supports(name, 'triggerToken'));
const full = endpoints as unknown as Rows;
let light: Rows;

/** The rows as the bundle has them: over the lighter zod, without descriptions. */
beforeAll(async () => {
  const contents = "export { endpoints } from './src/api/index.ts';";
  const stdin = { contents, resolveDir: new URL('../../', import.meta.url).pathname };
  const { outputFiles = [] } = await build({ ...browserBuild({ stdin, write: false }), entryPoints: [] });
  const code = Buffer.from(outputFiles[0]?.text ?? '').toString('base64');
  ({ endpoints: light } = (await import(`data:text/javascript;base64,${code}`)) as { endpoints: Rows });
});

const odd: readonly unknown[] = [
  ...[
    undefined,
    null,
    '',
    ' ',
    'x',
    'a,b',
    '..',
    '%2e',
    'run_1',
    'run_',
    'batch_1',
    'in',
    'ACTIVE',
    'COMPLETED',
    'micro',
  ],
  ...['1h', '7d', '0d', '2026-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 'a'.repeat(130), 'a'.repeat(3000), 'é\u0000'],
  ...[-1, 0, 1, 1.5, 100, 101, 1e11, 1e17, Number.NaN, Number.POSITIVE_INFINITY, true, 10n],
  ...[[], [''], ['a'], ['COMPLETED', 'FAILED'], Array(1001).fill({}), {}, { name: 'q' }, { key: 'a', delay: '1h' }],
  ...[{ basePayload: {} }, { extra: 1 }, new Date(0), { json: { nested: [1, null] } }, { id: 'a', status: 'NEW' }],
];

/** A good value, and what becomes of it when one field, or it itself, is something else; fields of fields too. */
function* variants(value: unknown, depth = 2): Generator<unknown> {
  yield value;
  yield* odd;
  if (typeof value !== 'object' || value === null || depth === 0) {
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    for (const other of depth === 1 ? odd.slice(0, 12) : variants(inner, depth - 1)) {
      yield Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other };
    }
    if (!Array.isArray(value)) {
      const { [name as never]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
    }
  }
  for (const name of ['unknown', 'limit', 'after', 'before', 'from', 'to', 'period', 'status', 'tags', 'options']) {
    for (const other of odd) {
      yield { ...value, [name]: other };
    }
  }
}

const verdict = (schema: Schema, value: unknown) => {
  const { data, error, success } = schema.safeParse(value);
  return success ? { data } : { paths: [...new Set(error?.issues.map(({ path }) => path.join('.')))].sort() };
};

describe('the lighter zod of the bundle', () => {
  it.each(names)('judges inputs and answers of %s as zod does', (name) => {
    let count = 0;
    for (const [side, good] of [
      ['input', inputs[name]],
      ['output', samples[name]],
    ] as const) {
      const [lighter, heavier] = [light[name][side](), full[name][side]()];
      for (const value of variants(good)) {
        expect([side, value, verdict(lighter, value)]).toEqual([side, value, verdict(heavier, value)]);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(100);
  });
});

describe('the bundle for browsers', () => {
  const bundle = readFileSync(browserBundle, 'utf8');

  it.each([
    'node:',
    'undici',
    'jose',
    'createHmac',
    'subtle',
    'process.env',
    'require(',
    'eval(',
    'new Function',
    'localStorage',
  ])('holds no %s', (text) => {
    expect(bundle).not.toContain(text);
  });

  it('is small, without the client of the shape protocol', () => {
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(32_768);
    expect(bundle.match(/\bimport\b/g)).toHaveLength(1);
    expect(bundle).toContain('import("@electric-sql/client")');
  });

  it('throws no error that would need a hint for its message', () => {
    // Minified: the class has a letter for a name.
    expect(bundle.match(/new \w+\("[a-z]+(?:_[a-z]+)*"\)/g)?.filter((text) => !text.includes('Set')) ?? []).toEqual([]);
    expect(bundle).not.toContain('Paste a secret key');
  });

  it('has every endpoint that a token may call, and four more, which the gate refuses to a token', () => {
    // Their methods stand beside those that a token may call.
    const shared = ['runs.replay', 'runs.reschedule', 'sessions.close', 'sessions.update'];
    const rows = [...bundle.matchAll(/\bname:"(\w+(?:\.\w+)?)",[^{}]*?\bdocs:/g)].map(([, name]) => name);
    expect(rows.sort()).toEqual([...names, ...shared].sort());
  });
});
