import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { ConnectorError, isLasting } from '../../src/errors/index.js';
import { runNode } from '../setup/run-process.js';
import { secretKey } from './connections.js';

const folder = mkdtempSync(join(tmpdir(), 'missing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const root = fileURLToPath(new URL('../../', import.meta.url));

const started = `
  const policy = { allowPrivateHosts: true, allowHttp: true };
  const connection = { key: new Secret(process.env.KEY), kind: 'root', environment: 'prod', policy, baseUrl: 'http://127.0.0.1:1' };
  let waits = 0;
  const surroundings = { now: Date.now, random: Math.random, sleep: async () => void (waits += 1) };
  const call = callerFor(connection, undiciTransport, surroundings);
`;
const report = '(error) => ({ code: error.code, message: error.message })';

/** ESM as a bundler makes it, run where no package is installed. */
async function bundled(name: string, contents: string, external: readonly string[]): Promise<unknown> {
  const outdir = join(folder, name);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is loaded on demand stays so.
    splitting: true,
    platform: 'node',
    format: 'esm',
    external: [...external],
    outdir,
    logLevel: 'error',
  });
  const { output } = await runNode([join(outdir, 'stdin.mjs')], {
    env: { PATH: process.env['PATH'], KEY: secretKey() },
    cwd: folder,
  });
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(output);
  }
}

const client = `
  import { runsList } from './src/api/index.ts';
  import { callerFor, undiciTransport } from './src/client/index.ts';
  import { Secret } from './src/errors/index.ts';
  ${started}
`;

it.each([
  ['is not installed', ['undici']],
  ['is inside of an ESM bundle, which cannot load it', []],
])('undici that %s is named at the first call, which is not retried', async (what, external) => {
  const program = `${client}
    const calls = [await call(runsList, {}).catch(${report})];
    const request = { method: 'GET', path: '/', query: {}, headers: {} };
    calls.push(await undiciTransport.stream(connection, request, { timeoutMs: 1_000 }).catch(${report}));
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    calls.push(await callerFor({ ...connection, policy: { ...policy } }, undiciTransport, surroundings)(runsList, {}).catch(${report}));
    console.log(JSON.stringify({ calls, waits }));
  `;
  const message = expect.stringMatching(
    /^The package undici could not be loaded.*npm install undici.*--external:undici/,
  );
  const missing = { code: 'package_missing', message };
  expect(await bundled(`undici${what.length}`, program, external)).toEqual({
    calls: [missing, missing, missing],
    waits: 0,
  });
});

it.each([
  [
    '@electric-sql/client',
    `${client} console.log(JSON.stringify(await (async () => {
      for await (const _ of runsApi(bound(() => call)).subscribeToRun('run_1')) {}
    })().catch(${report})));
    import { bound } from './src/client/api/bind.ts';
    import { runsApi } from './src/client/api/runs.ts';`,
  ],
  [
    'libsql',
    `import { openStore } from './src/host/store/open.ts';
    console.log(JSON.stringify(await openStore(':memory:').catch(${report})));`,
  ],
  [
    '@hono/node-server',
    `import { serve } from './src/host/http/server.ts';
    console.log(JSON.stringify(await serve({}).catch(${report})));`,
  ],
  [
    '@modelcontextprotocol/server',
    `import { loadMcp } from './src/host/mcp/server.ts';
    console.log(JSON.stringify(await loadMcp().catch(${report})));`,
  ],
])(
  'the optional package %s that is not installed is named, with the command that installs it',
  async (name, program) => {
    const external = [
      'undici',
      'hono',
      'libsql',
      '@hono/node-server',
      '@modelcontextprotocol/server',
      '@electric-sql/client',
    ];
    expect(await bundled(name.replace(/\W/g, ''), program, external)).toEqual({
      code: 'package_missing',
      message: expect.stringMatching(new RegExp(`npm install .*${name}`)),
    });
  },
);

it('a package that is missing is so until somebody installs it: a sync stops', () => {
  expect(isLasting(new ConnectorError('package_missing'))).toBe(true);
});
