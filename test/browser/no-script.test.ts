/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { projectRef } from '../fake-api/keys.js';
import { useBrowser } from './browser.js';
import { expectFocus, Form } from './form.js';
import { useSite } from './site.js';

const browser = useBrowser();
const site = useSite();

describe('without script', () => {
  async function openPlain() {
    const { page } = await browser.open({ javaScriptEnabled: false });
    await page.goto(`${site.url}/connect`);
    return page;
  }

  it('the plain form comes to a connection', async () => {
    const page = await openPlain();
    await page.getByLabel('Secret key or personal access token').fill(site.api.project.keys['pat:alice']);
    await page.getByLabel('Project ref').fill(projectRef);
    await page.getByLabel('Environment').selectOption('staging');
    await page.getByLabel('API host').fill(site.api.url);
    await page.getByRole('button', { name: 'Check and connect' }).click();
    await page.waitForURL('**/records?connection=*');
    expect(await page.locator('h1').textContent()).toBe('Records');
    expect(site.host.store.connections()).toMatchObject([{ kind: 'pat', environment: 'staging', projectRef }]);
  });

  it('it shows each error at its field, keeps what was typed but the key, and focuses the first', async () => {
    const page = await openPlain();
    const apiKey = site.api.project.keys['pat:alice'];
    await page.locator('#apiKey').fill(apiKey);
    await page.locator('#previewBranch').fill('a b');
    await page.locator('#baseUrl').fill('ftp://x');
    await page.locator('button').click();
    expect(await page.getByRole('alert').textContent()).toContain('4 fields need attention.');
    for (const name of ['projectRef', 'environment', 'previewBranch', 'baseUrl']) {
      const field = page.locator(`#${name}`);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.getAttribute('aria-describedby')).toBe(`${name}-help ${name}-error`);
      expect(await page.locator(`#${name}-error`).textContent()).toMatch(/\.$/);
    }
    expect(await page.locator('[autofocus]').getAttribute('id')).toBe('baseUrl');
    expect(await page.locator('#previewBranch').inputValue()).toBe('a b');
    expect(await page.locator('#apiKey').inputValue()).toBe('');
    expect(await page.content()).not.toContain(apiKey.slice(-16));
    expect(page.url()).toBe(`${site.url}/connect`);
  });

  it('it says what the server refused', async () => {
    const page = await openPlain();
    await page.locator('#apiKey').fill(site.api.project.keys['root:preview']);
    await page.locator('#previewBranch').fill('feature/two');
    await page.locator('#baseUrl').fill(site.api.url);
    await page.locator('button').click();
    expect(await page.getByRole('alert').textContent()).toMatch(/branch/);
  });
});

describe('when the script comes late', () => {
  it('what is typed already, and the focus, stay', async () => {
    const { page } = await browser.open();
    let arrive = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route('**/connect.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${site.url}/connect`, { waitUntil: 'commit' });
    await page.locator('#apiKey').fill(site.api.project.keys['pat:alice']);
    await page.locator('#environment').selectOption('staging');
    await page.locator('#projectRef').fill('proj_abc');
    arrive();
    await page.locator('trigger-dev-connect h2').waitFor();
    const form = new Form(page);
    expect(await form.visibleFields()).toEqual(['apiKey', 'baseUrl', 'projectRef', 'environment']);
    expect(await form.key.inputValue()).toBe(site.api.project.keys['pat:alice']);
    expect(await form.field('environment').inputValue()).toBe('staging');
    await expectFocus(page, 'projectRef');
    await page.keyboard.press('End');
    await page.keyboard.type('def');
    expect(await form.field('projectRef').inputValue()).toBe('proj_abcdef');
    expect(await page.locator('form').count()).toBe(1);
  });
});

describe('the page of the host', () => {
  it.each(['/connect', '/records'])('%s has no inline script, handler or style', async (path) => {
    const { page } = await browser.open();
    const response = await page.goto(`${site.url}${path}`);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe|\*|data:|blob:/);
    expect(policy).toContain("default-src 'none'");
    const source = (await response?.text()) ?? '';
    expect(source.match(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|\sstyle=|<style/g)).toBeNull();
  });
});
