/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { projectRef } from '../fake-api/keys.js';
import { useBrowser } from './browser.js';
import { expectFocus, Form, focused, picture } from './form.js';
import { useSite } from './site.js';

const browser = useBrowser();
const site = useSite();

async function openPage() {
  const { page } = await browser.open();
  await page.goto(`${site.url}/connect`);
  await page.locator('trigger-dev-connect h2').waitFor();
  return { page, form: new Form(page) };
}

const helpLink = 'Where do I find this?';

/** Tab until something has the focus that is named so; every stop on the way has to be seen. Help links are left out. */
async function tabTo(page: Page, name: string): Promise<string[]> {
  const stops: string[] = [];
  while (stops.length < 20 && stops.at(-1) !== name) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
    const outline = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) {
        element = element.shadowRoot.activeElement;
      }
      const { outlineStyle, outlineWidth } = getComputedStyle(element ?? document.body);
      return `${outlineStyle} ${outlineWidth}`;
    });
    expect(outline, stops.at(-1) ?? '').toBe('solid 3px');
  }
  return stops.filter((stop) => stop !== helpLink);
}

/** Shift and Tab until something has the focus that is named so. */
async function backTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 10 && (await focused(page)) !== name; press += 1) {
    await page.keyboard.press('Shift+Tab');
  }
  await expectFocus(page, name);
}

describe('with the keyboard alone', () => {
  it('from the page to the records', async () => {
    const { page } = await openPage();
    expect(await tabTo(page, 'apiKey')).toEqual(['Connect', 'Records', 'Connections', 'Actions', 'Logs', 'apiKey']);
    await page.keyboard.insertText(site.api.project.keys['root:prod']);
    expect(await tabTo(page, 'baseUrl')).toEqual(['Show', 'baseUrl']);
    await page.keyboard.type(site.api.url);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/records?*');
    await tabTo(page, 'Sync now');
    await page.keyboard.press('Enter');
    await page.locator('tbody tr').first().waitFor();
  });

  it('with a token: host, key, ref, choice, button', async () => {
    const { form, page } = await openPage();
    await tabTo(page, 'baseUrl');
    await page.keyboard.type(site.api.url);
    await backTo(page, 'apiKey');
    await page.keyboard.insertText(site.api.project.keys['pat:alice']);
    expect(await tabTo(page, 'projectRef')).toEqual(['Show', 'baseUrl', 'projectRef']);
    await page.keyboard.type(projectRef);
    expect(await tabTo(page, 'environment')).toEqual(['environment']);
    await expect.poll(() => form.status.textContent()).toContain('Environments of the project');
    await page.keyboard.type('staging');
    expect(await form.field('environment').inputValue()).toBe('staging');
    await tabTo(page, 'Check and connect');
    await page.keyboard.press('Space');
    await page.waitForURL('**/records?*');
    expect(await page.locator('nav a[aria-current=page]').textContent()).toMatch(/^staging/);
  });

  it('from an error to its field, and on to an outcome that takes the focus', async () => {
    const { form, page } = await openPage();
    await tabTo(page, 'Check and connect');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'apiKey');
    expect(await form.descriptions('apiKey')).toContain('Enter a secret key or a personal access token.');
    await picture(page, 'required');
    await page.keyboard.insertText(site.api.project.keys['root:preview']);
    await page.keyboard.press('Enter');
    await expectFocus(page, 'previewBranch');
    await page.keyboard.type('feature/none');
    await tabTo(page, 'Check and connect');
    await backTo(page, 'baseUrl');
    await page.keyboard.type(site.api.url);
    await page.keyboard.press('Enter');
    await expectFocus(page, 'outcome bad');
    // On from there, the key is next: it has to be typed again.
    expect(await tabTo(page, 'apiKey')).toEqual(['apiKey']);
  });

  it('the show button works and keeps the focus', async () => {
    const { form, page } = await openPage();
    await tabTo(page, 'Show');
    await page.keyboard.press('Space');
    expect(await form.key.getAttribute('type')).toBe('text');
    await expectFocus(page, 'Hide');
  });
});

describe('to a screen reader', () => {
  it('the form is named and its fields are labelled, described and marked as required', async () => {
    const { form, page } = await openPage();
    await form.type({ apiKey: site.api.project.keys['pat:alice'], environment: 'preview' });
    const tree = await page.locator('trigger-dev-connect').ariaSnapshot();
    for (const line of [
      'form "Connect Trigger.dev"',
      'heading "Connect Trigger.dev" [level=2]',
      'textbox "Secret key or personal access token"',
      'button "Show: Secret key or personal access token"',
      'textbox "Project ref"',
      'combobox "Environment"',
      'textbox "API host"',
      'textbox "Preview branch"',
      'button "Check and connect"',
    ]) {
      expect(tree).toContain(line);
    }
    for (const name of ['apiKey', 'projectRef', 'environment', 'baseUrl', 'previewBranch'] as const) {
      expect((await form.descriptions(name))[0]).toMatch(/\.$/);
    }
  });

  it('a count of problems and an outcome are alerts, progress is a status', async () => {
    const { form, page } = await openPage();
    expect(await form.outcome.getAttribute('role')).toBe('alert');
    await form.submit.click();
    await page.getByRole('alert').filter({ hasText: 'Fields that need attention: 1.' }).waitFor();
    site.api.fail({ delayMs: 300 });
    await form.send({ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url });
    await page.getByRole('status').filter({ hasText: 'Checking with Trigger.dev…' }).waitFor();
  });
});
