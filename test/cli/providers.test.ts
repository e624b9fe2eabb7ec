import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { publishedProviders } from '../../src/cli/commands/providers.js';
import { runCli } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'providers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const providers = (argv: string[], stdin = '') => runCli(['providers', ...argv], {}, stdin);

const read = (text: string) => JSON.parse(text) as Record<string, { proxy?: Record<string, unknown>; alias?: string }>;

describe('providers', () => {
  it('puts our entry into the published providers, aliases resolved', async () => {
    const { exit, stdout } = await providers([]);
    const merged = read(stdout);
    expect(exit).toBe(0);
    expect(Object.keys(merged).length).toBeGreaterThan(900);
    expect(merged['trigger-dev']?.proxy).toMatchObject({ retry: { error_code: ['429', '5xx'] } });
    expect(merged['trigger-dev']?.proxy).not.toHaveProperty('verification');
    expect(Object.values(merged).filter(({ alias }) => alias !== undefined)).toEqual([]);
  });

  it('prints provider.yaml alone with --only', async () => {
    const file = new URL('../../integrations/trigger-dev/provider.yaml', import.meta.url);
    const { stdout } = await providers(['--only']);
    expect(stdout).toBe(`${JSON.stringify(parse(readFileSync(file, 'utf8')), null, 2)}\n`);
  });

  it('adds probes on request, and never the one that answers with the key', async () => {
    const { stdout } = await providers(['--only', '--with-verification']);
    const verification = read(stdout)['trigger-dev']?.proxy?.['verification'] as { endpoints: string[] };
    expect(verification.endpoints.length).toBeGreaterThan(2);
    expect(verification.endpoints.join()).not.toContain('/api/v1/whoami');
  });

  it('merges over a file or standard input', async () => {
    const file = join(folder, 'base.yaml');
    writeFileSync(file, 'a:\n  display_name: A\n  auth_mode: API_KEY\nb:\n  alias: a\n  display_name: B\n');
    const expected = { a: { display_name: 'A' }, b: { auth_mode: 'API_KEY', display_name: 'B' } };
    expect(read((await providers(['--base', file])).stdout)).toMatchObject(expected);
    expect(read((await providers(['--base', '-'], readFileSync(file, 'utf8'))).stdout)).toMatchObject(expected);
  });

  it('takes the providers that are installed where it runs, and says what to do where there are none', async () => {
    const empty = join(folder, 'empty');
    const project = join(folder, 'project');
    const installed = join(project, 'node_modules/@nangohq/providers');
    mkdirSync(empty);
    mkdirSync(installed, { recursive: true });
    writeFileSync(
      join(installed, 'package.json'),
      '{"name": "@nangohq/providers", "type": "module", "main": "index.js"}',
    );
    writeFileSync(join(installed, 'index.js'), 'export const getProviders = () => ({ a: { docs: "here" } });');
    expect(await publishedProviders([project])).toEqual({ a: { docs: 'here' } });
    await expect(publishedProviders([empty])).rejects.toMatchObject({
      code: 'provider_config_invalid',
      message: expect.stringContaining('--base FILE'),
    });
  });

  it.each([
    { what: 'a file that is not there', argv: ['--base', join(folder, 'nope')], stdin: '', code: 'input_invalid' },
    { what: 'a list', argv: ['--base', '-'], stdin: '- a', code: 'provider_config_invalid' },
    { what: 'an alias of nothing', argv: ['--base', '-'], stdin: 'b:\n  alias: a\n', code: 'provider_config_invalid' },
    { what: 'a prototype', argv: ['--base', '-'], stdin: '{"a": {"__proto__": {}}}', code: 'provider_config_invalid' },
  ])('refuses $what', async ({ argv, code, stdin }) => {
    const { exit, stderr, stdout } = await providers(argv, stdin);
    expect([exit, stdout, stderr.startsWith(`${code}: `)]).toEqual([2, '', true]);
  });
});
