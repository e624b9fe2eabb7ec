import { describe, expect, it } from 'vitest';
import type { KeyName } from '../fake-api/index.js';
import { otherProjectRef, projectRef } from '../fake-api/keys.js';
import { useBrowser } from './browser.js';
import { Form, picture, type Typed } from './form.js';
import { useSite } from './site.js';

const browser = useBrowser();
const site = useSite();

async function openForm() {
  const { page } = await browser.open();
  await page.goto(`${site.url}/connect`);
  return { page, form: new Form(page) };
}

describe('a connection with', () => {
  const branch = { previewBranch: 'feature/one' };
  it.each<[string, KeyName, Typed, Record<string, string>]>([
    ['a production key', 'root:prod', {}, { kind: 'root', environment: 'prod' }],
    ['a staging key', 'root:stg', {}, { kind: 'root', environment: 'staging' }],
    ['a development key', 'root:dev', {}, { kind: 'root', environment: 'dev' }],
    ['a preview key and its branch', 'root:preview', branch, { kind: 'root', environment: 'preview', ...branch }],
    ['an additional key', 'additional:full', {}, { kind: 'additional', environment: 'prod' }],
    ['a personal access token', 'pat:alice', { projectRef }, { kind: 'pat', projectRef }],
    [
      'a personal access token for production',
      'pat:alice',
      { projectRef, environment: 'prod' },
      { kind: 'pat', projectRef, environment: 'prod' },
    ],
    [
      'a personal access token for a preview branch',
      'pat:alice',
      { projectRef, environment: 'preview', ...branch },
      { kind: 'pat', projectRef, environment: 'preview', ...branch },
    ],
  ])('%s', async (_, key, fields, stored) => {
    const { form, page } = await openForm();
    await form.send({ apiKey: site.api.project.keys[key], ...fields, baseUrl: site.api.url });
    await page.waitForURL('**/records?connection=*');
    const id = new URL(page.url()).searchParams.get('connection') ?? '';
    expect(site.host.isConnected(id)).toBe(true);
    expect(site.host.store.connections().find((summary) => summary.id === id)).toMatchObject(stored);
    expect(await page.locator('h1').textContent()).toBe('Records');
    expect(await page.locator('nav a[aria-current=page]').textContent()).toContain(id.slice(-4));
  });

  it('a production key, whose runs the records page then shows', async () => {
    const { form, page } = await openForm();
    await form.send({ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url });
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.locator('tbody tr').first().waitFor();
    const runs = site.api.project.runsOf('prod');
    expect(await page.locator('.row strong').textContent()).toBe(String(runs.length));
    await picture(page, 'records');
  });
});

describe('the fields', () => {
  const shown = ['apiKey', 'baseUrl'];
  it.each<[string, KeyName | 'none', Typed, string[], string[]]>([
    ['nothing', 'none', {}, shown, ['apiKey']],
    ['a production key', 'root:prod', {}, shown, ['apiKey']],
    ['an additional key', 'additional:full', {}, shown, ['apiKey']],
    ['a development key', 'root:dev', {}, [...shown, 'previewBranch'], ['apiKey']],
    ['a preview key', 'root:preview', {}, [...shown, 'previewBranch'], ['apiKey', 'previewBranch']],
    ['a token', 'pat:alice', {}, ['apiKey', 'baseUrl', 'projectRef', 'environment'], ['apiKey', 'projectRef']],
    [
      'a token for preview',
      'pat:alice',
      { environment: 'preview' },
      ['apiKey', 'baseUrl', 'projectRef', 'environment', 'previewBranch'],
      ['apiKey', 'projectRef'],
    ],
  ])('with %s: what it needs and no more', async (_, key, fields, visible, required) => {
    const { form } = await openForm();
    await form.type({ ...(key !== 'none' && { apiKey: site.api.project.keys[key] }), ...fields });
    expect(await form.visibleFields()).toEqual(visible);
    expect(await form.requiredFields()).toEqual(required);
  });

  it('that hold something stay when the key changes', async () => {
    const { form } = await openForm();
    await form.type({ apiKey: site.api.project.keys['pat:alice'], projectRef });
    await form.type({ apiKey: site.api.project.keys['root:prod'] });
    expect(await form.visibleFields()).toEqual(['apiKey', 'baseUrl', 'projectRef']);
  });
});

describe("the environments of a token's project", () => {
  it('are the choices once the ref is there, in its order', async () => {
    const { form, page } = await openForm();
    const { api } = site;
    await form.type({ apiKey: api.project.keys['pat:alice'], baseUrl: api.url });
    expect(await form.options()).toEqual(['', 'dev', 'staging', 'prod', 'preview']);
    await form.field('projectRef').fill(projectRef);
    await form.field('projectRef').press('Tab');
    await expect.poll(() => form.options()).toEqual(['', 'dev', 'staging', 'preview', 'prod']);
    expect(await form.status.textContent()).toBe('Environments of the project: dev, staging, preview, prod.');
    await picture(page, 'token');
  });

  it('of another project are others, and what is chosen stays where there is such a one', async () => {
    const { form } = await openForm();
    const { api } = site;
    const apiKey = api.project.keys['pat:alice'];
    await form.type({ apiKey, baseUrl: api.url, projectRef, environment: 'staging' });
    await expect.poll(() => form.options()).toEqual(['', 'dev', 'staging', 'preview', 'prod']);
    expect(await form.field('environment').inputValue()).toBe('staging');
    await form.type({ projectRef: otherProjectRef });
    // Those of the former project are no longer offered as if they were known.
    expect(await form.options()).toEqual(['', 'dev', 'staging', 'prod', 'preview']);
    await form.field('projectRef').press('Tab');
    await expect.poll(() => form.options()).toEqual(['', 'prod']);
    expect(await form.field('environment').inputValue()).toBe('');
    await form.type({ projectRef });
    await form.field('projectRef').press('Tab');
    await expect.poll(() => form.options()).toContain('preview');
  });

  it('are asked for once for the same answers, and again after a change and back', async () => {
    const { form, page } = await openForm();
    const { api } = site;
    const asked: string[] = [];
    page.on('request', (request) => request.url().endsWith('/environments') && asked.push(request.url()));
    await form.type({ apiKey: api.project.keys['pat:alice'], baseUrl: api.url, projectRef });
    for (const name of ['projectRef', 'environment', 'baseUrl'] as const) {
      await form.field(name).focus();
    }
    await expect.poll(() => form.status.textContent()).toContain('Environments of the project');
    expect(asked).toHaveLength(1);
    await form.field('projectRef').fill(otherProjectRef);
    await form.field('projectRef').fill(projectRef);
    await form.field('projectRef').blur();
    await expect.poll(() => form.options()).toEqual(['', 'dev', 'staging', 'preview', 'prod']);
    expect(asked).toHaveLength(2);
  });

  it('are not there for a foreign project: its message is', async () => {
    const { form } = await openForm();
    const { api } = site;
    await form.type({ apiKey: api.project.keys['pat:bob'], baseUrl: api.url, projectRef });
    await form.field('projectRef').press('Tab');
    await expect.poll(() => form.status.textContent()).toMatch(/project/i);
    expect(await form.options()).toEqual(['', 'dev', 'staging', 'prod', 'preview']);
    expect(await form.outcome.isVisible()).toBe(false);
  });
});
