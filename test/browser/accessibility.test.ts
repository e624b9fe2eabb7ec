import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './browser.js';
import { picture } from './form.js';
import { useSite } from './site.js';
import { bringTo, stateNames } from './states.js';

const browser = useBrowser();
const site = useSite();
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(found.passes.length).toBeGreaterThan(5);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** What sticks out of the window; the table of runs scrolls in a region of its own. */
async function outside(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 });
  const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0);
  const found = await page
    .locator('input, select, button, label, p, h1, h2')
    .evaluateAll(
      (elements, limit) =>
        elements
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > limit + 0.5)
          .map(({ outerHTML }) => outerHTML),
      width,
    );
  return wide > width ? [`scrolls to ${wide}`, ...found] : found;
}

async function problems(page: Page, state: string) {
  const found: Record<string, string[]> = {};
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found[colorScheme] = await violations(page);
    await picture(page, `${state}-${colorScheme}`);
  }
  for (const width of [320, 390, 768, 1280]) {
    found[width] = await outside(page, width);
    await picture(page, `${state}-${width}`);
  }
  return found;
}

const nothing = { light: [], dark: [], 320: [], 390: [], 768: [], 1280: [] };

describe('axe finds nothing, light and dark, and nothing is cut off from 320 to 1280 pixels', () => {
  it.each(stateNames)('%s', async (state) => {
    const { page } = await browser.open();
    await bringTo(state, page, site);
    expect(await problems(page, state)).toEqual(nothing);
  });

  it('the form without script, with errors', async () => {
    const { page } = await browser.open();
    await page.route('**/connect.js', (route) => route.abort());
    await page.goto(`${site.url}/connect`);
    await page.locator('#apiKey').fill('tr_pr');
    await page.locator('#baseUrl').fill('ftp://x');
    await page.getByRole('button').click();
    await page.getByRole('alert').waitFor();
    expect(await problems(page, 'plain')).toEqual(nothing);
  });
});

it('the guide, which its links lead to', async () => {
  const { page } = await browser.open();
  await page.goto(`${site.url}/connect`);
  const opened = page.waitForEvent('popup');
  await page
    .getByRole('link', { name: /Project ref|API host/ })
    .first()
    .click();
  const guide = await opened;
  await guide.waitForLoadState();
  expect(guide.url()).toContain('/guide#step-4-set-your-base-url');
  expect(await guide.locator(':target').textContent()).toContain('base URL');
  expect(await problems(guide, 'guide')).toEqual(nothing);
});

it('at twice the size of text, nothing is cut off', async () => {
  const { page } = await browser.open({ viewport: { width: 640, height: 800 } });
  await bringTo('errors', page, site);
  await page.evaluate(() => {
    document.documentElement.style.setProperty('zoom', '2');
  });
  expect(await page.evaluate(() => document.scrollingElement?.scrollWidth)).toBeLessThanOrEqual(640);
});

it('what can be pressed is at least 24 pixels high and wide', async () => {
  const { page } = await browser.open({ viewport: { width: 320, height: 800 } });
  await bringTo('warning', page, site);
  const sizes = await page
    .locator('trigger-dev-connect')
    .locator('input, select, button')
    .evaluateAll((elements) =>
      elements.filter((element) => element.checkVisibility()).map((element) => element.getBoundingClientRect()),
    );
  expect(sizes.length).toBeGreaterThan(5);
  expect(sizes.filter(({ height, width }) => height < 24 || width < 24)).toEqual([]);
});
