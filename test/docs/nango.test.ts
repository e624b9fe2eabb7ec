import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.js';
import { routeRows } from '../host/nango-rows.js';
import { post, type Served, servedHost } from '../host/served.js';

const page = readFileSync(new URL('../../docs/nango.md', import.meta.url), 'utf8');

const sectionOf = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

/** The lines of the shell blocks of a section, without comments. */
const commandsOf = (title: string) =>
  [...sectionOf(title).matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)]
    .flatMap(([, , block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');

/** The syncs that run, of every connection. */
const running = ({ host, scheduler }: Served) =>
  host.connections
    .ids()
    .flatMap((id) => scheduler.syncs.map((name) => ({ id, name })))
    .filter(({ id, name }) => scheduler.schedule(id, name).state === 'started')
    .map(({ id, name }) => `${id} ${name}`);

describe('docs/nango.md, From the local host to Nango', () => {
  let local = {} as Served;
  let nango = {} as Served;

  beforeAll(async () => {
    [local, nango] = await Promise.all([servedHost({ runs: 3 }), servedHost({ runs: 3, platform: 'nango' })]);
    for (const id of ['customer-1', 'customer-2']) {
      const { config, credentials } = local;
      const body = { connection_id: id, provider_config_key: 'trigger-dev', credentials, connection_config: config };
      expect((await post(local, '/connections', body)).status).toBe(201);
    }
  });

  afterAll(() => Promise.all([local.close(), nango.close()]));

  it('moves, in its own commands, both ways', async () => {
    const values: Record<string, string> = {
      TRIGGER_CONNECTOR_API_KEY: local.apiKey,
      NANGO_SECRET_KEY: nango.apiKey,
    };
    const env: Record<string, string> = {};
    const said: string[] = [];
    const started = running(local);
    expect(started).toContain('customer-1 runs');
    for (const line of commandsOf('From the local host to Nango')) {
      const [, name = ''] = /^export (\w+)=…$/.exec(line) ?? [];
      if (name !== '') {
        env[name] = values[name] ?? '';
        continue;
      }
      const [, command, ...words] = line.split(/\s+/);
      expect([command, words[0]]).toEqual(['trigger-dev-connector', 'move']);
      if (words.includes('--from') && !words.includes('--dry-run')) {
        expect([running(local), running(nango)]).toEqual([[], started]);
      }
      const argv = words.map((word) => (word === 'https://api.nango.dev' ? nango.server.url : word));
      // Port 4310 may be another host's.
      const { exit, stderr, stdout } = await runCli([...argv, '--local', local.server.url], env);
      expect([exit, stderr]).toEqual([0, '']);
      said.push(stdout.trim().split('\n').at(-1) ?? '');
    }
    expect(said).toEqual(['2 would move', '1 moved', '1 moved before, 1 moved', '2 moved before', '2 moved before']);
    expect(nango.host.connections.ids()).toEqual(['customer-1', 'customer-2']);
    // There and back: every sync runs again where it ran before, and nowhere else.
    expect([running(local), running(nango)]).toEqual([started, []]);
  });
});

describe('docs/nango.md, What stays different', () => {
  const table = page.split('### What stays different')[1]?.split('\n### ')[0] ?? '';

  it('has every row that the host answers otherwise on purpose', () => {
    const kept = routeRows.filter((row) => row.kept !== undefined);
    expect(kept.length).toBeGreaterThan(0);
    for (const { kept: answer } of kept) {
      expect(table).toContain(answer?.code ?? '');
    }
    const described = kept.filter(({ request, status }) => status === 200 && request.includes('/variant/') === false);
    for (const { request } of described) {
      const path = request.split(' ')[1]?.replace('/trigger-dev/', '/…/') ?? '';
      expect(table).toContain(path.split('?')[0]);
    }
  });
});

describe('docs/nango.md, Provider entry', () => {
  it('prints this entry alone', async () => {
    const [, only = ''] = commandsOf('Provider entry');
    const { exit, stdout } = await runCli(only.split(/\s+/).slice(2));
    expect([exit, Object.keys(JSON.parse(stdout) as object)]).toEqual([0, ['trigger-dev']]);
  });
});
