/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type ConnectTexts, englishTexts } from '../../src/connect/texts.js';
import { connectBundle } from '../../src/generate/bundle.js';
import { keys } from '../connection/cases.js';
import { useBrowser } from './browser.js';
import { expectFocus, Form, picture } from './form.js';

const browser = useBrowser();
const origin = 'https://app.example.test';
const strict =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

interface Embedded {
  readonly body: string;
  /** Runs before the bundle. */
  readonly before?: string;
  readonly answer?: (values: Record<string, string>) => unknown;
}

/** Someone else's page with the element, under a policy that allows next to nothing. */
async function embed({ answer, before = '', body }: Embedded) {
  const { context, page } = await browser.open({ viewport: { width: 700, height: 900 } });
  const sent: Record<string, string>[] = [];
  const files: Readonly<Record<string, string>> = {
    '/': `<!doctype html><html lang="en"><meta charset="utf-8"><title>App</title><script src="/before.js"></script><body>${body}<script type="module" src="/connect.js"></script>`,
    '/before.js': before,
    '/connect.js': await readFile(connectBundle, 'utf8'),
  };
  await context.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    const file = files[pathname];
    if (file !== undefined) {
      const contentType = pathname === '/' ? 'text/html' : 'text/javascript';
      return route.fulfill({ body: file, contentType, headers: { 'content-security-policy': strict } });
    }
    const values = route.request().postDataJSON() as Record<string, string>;
    sent.push(values);
    return route.fulfill({ json: answer?.(values) ?? { status: 'rejected', message: 'No.' } });
  });
  await page.goto(`${origin}/`);
  await page.locator('trigger-dev-connect h2').first().waitFor();
  return { page, sent, form: new Form(page, page.locator('trigger-dev-connect').first()) };
}

/** A script that does something to the element before its class is known. */
const whenParsed = (script: string) => `new MutationObserver((_, observer) => {
  const form = document.querySelector('trigger-dev-connect');
  if (form) { observer.disconnect(); ${script} }
}).observe(document, { childList: true, subtree: true });`;

const german: Partial<ConnectTexts> = {
  heading: 'Trigger.dev verbinden',
  optional: 'freiwillig',
  required: 'nötig',
  show: 'Zeigen',
  hide: 'Verbergen',
  submit: 'Prüfen und verbinden',
  problems: 'Felder mit Fehlern: {count}.',
  connected: 'Verbunden.',
  failed: 'Keine Antwort.',
  fields: { apiKey: { title: 'Schlüssel', description: 'Ein geheimer Schlüssel.' } },
  messages: {
    key_required: 'Ein Schlüssel fehlt.',
    'key_invalid.apiKey': 'Das ist kein Schlüssel.',
    unauthorized: 'Der Server kennt ihn nicht.',
  },
};

const setTexts = (page: Page) =>
  page.locator('trigger-dev-connect').evaluate((form, texts) => Object.assign(form, { texts }), german);

describe('in another page, under a strict policy with trusted types', () => {
  it('it posts to its action and follows where the answer leads', async () => {
    const { form, page, sent } = await embed({
      body: '<trigger-dev-connect action="/api/connect"></trigger-dev-connect>',
      answer: () => ({ status: 'valid', message: 'It works.', location: '/#done' }),
    });
    await form.send({ apiKey: keys.prod });
    await page.waitForURL(`${origin}/#done`);
    expect(sent).toEqual([{ apiKey: keys.prod }]);
  });

  it('it hands the values to a submitHandler, and tells of the end by an event without the key', async () => {
    const { form, page, sent } = await embed({
      body: '<trigger-dev-connect></trigger-dev-connect>',
      // Before the class is known: the property must not be lost.
      before: `
        document.addEventListener('connect', (event) => { document.title = JSON.stringify(event.detail); });
        ${whenParsed('form.submitHandler = async (values) => ({ status: "valid", message: Object.keys(values).join(), connectionId: "c1" });')}`,
    });
    await form.send({ apiKey: keys.preview, previewBranch: 'feature/one' });
    expect(await form.said()).toBe('Connected. apiKey,previewBranch');
    expect(JSON.parse(await page.title())).toEqual({
      status: 'valid',
      message: 'apiKey,previewBranch',
      connectionId: 'c1',
    });
    expect(sent).toEqual([]);
    expect(await form.key.inputValue()).toBe('');
  });

  it.each(['throws', 'says nothing'])('a submitHandler that %s is no answer', async (how) => {
    const { form, page } = await embed({ body: '<trigger-dev-connect></trigger-dev-connect>' });
    await page.locator('trigger-dev-connect').evaluate((element, throws) => {
      const submitHandler = () => (throws ? Promise.reject(new Error('no')) : Promise.resolve(undefined));
      Object.assign(element, { submitHandler });
    }, how === 'throws');
    await form.send({ apiKey: keys.prod });
    expect(await form.said()).toBe(englishTexts.failed);
  });

  it('without an action or a handler nothing is sent', async () => {
    const { form, sent } = await embed({ body: '<trigger-dev-connect></trigger-dev-connect>' });
    await form.send({ apiKey: keys.prod });
    expect(await form.said()).toContain('no answer');
    expect(sent).toEqual([]);
  });

  it('two elements keep apart: fields, errors, descriptions, focus', async () => {
    const { form, page, sent } = await embed({
      body: '<trigger-dev-connect action="/one"></trigger-dev-connect><trigger-dev-connect action="/two"></trigger-dev-connect>',
    });
    const second = new Form(page, page.locator('trigger-dev-connect').nth(1));
    await form.type({ apiKey: 'tr_pr' });
    await second.submit.click();
    expect(await second.error('apiKey').textContent()).toBe('Enter a secret key or a personal access token.');
    expect(await form.outcome.isVisible()).toBe(false);
    expect(
      await page.evaluate(() => document.activeElement === document.querySelectorAll('trigger-dev-connect')[1]),
    ).toBe(true);
    await second.send({ apiKey: keys.prod });
    expect(await second.said()).toBe('No.');
    expect(await form.key.inputValue()).toBe('tr_pr');
    expect(sent).toEqual([{ apiKey: keys.prod }]);
  });

  it('it links each field to the guide, where there is one', async () => {
    const { page } = await embed({
      body: '<trigger-dev-connect docs="https://docs.example.test/connect"></trigger-dev-connect>',
    });
    const link = page.getByRole('link', { name: 'Where do I find this? Secret key or personal access token' });
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/docs\.example\.test\/connect#step-1-/);
    await picture(page, 'embedded');
  });

  it('it fills a box that centres it, and lets the page choose its colours', async () => {
    const { page } = await embed({
      body: '<main><trigger-dev-connect></trigger-dev-connect></main>',
    });
    const sizes = await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        'main { display: flex; justify-content: center } trigger-dev-connect { --tdc-accent: rgb(1, 2, 3) }',
      );
      document.adoptedStyleSheets = [sheet];
      const root = document.querySelector('trigger-dev-connect')?.shadowRoot;
      const button = root?.querySelector('button[type=submit]') ?? document.body;
      return {
        width: root?.querySelector('form')?.getBoundingClientRect().width ?? 0,
        colour: getComputedStyle(button).backgroundColor,
      };
    });
    expect(sizes.width).toBeGreaterThan(500);
    expect(sizes.colour).toBe('rgb(1, 2, 3)');
  });
});

describe('on a narrow page', () => {
  it('the longest word of a message is broken, not cut off', async () => {
    const { form, page } = await embed({ body: '<trigger-dev-connect></trigger-dev-connect>' });
    await page.setViewportSize({ width: 320, height: 800 });
    await form.send({ apiKey: keys.newFamily });
    expect(await form.error('apiKey').textContent()).toMatch(/[A-Z_]{30}/);
    expect(await page.evaluate(() => document.scrollingElement?.scrollWidth)).toBeLessThanOrEqual(320);
  });
});

describe('in another language', () => {
  it('every text is replaced: labels, messages by code, and what the server says by its code', async () => {
    const { form, page } = await embed({
      body: '<trigger-dev-connect action="/api"></trigger-dev-connect>',
      answer: () => ({ status: 'rejected', code: 'unauthorized', message: 'The server does not accept this key.' }),
    });
    await setTexts(page);
    await page.getByRole('heading', { name: 'Trigger.dev verbinden' }).waitFor();
    await page.getByRole('button', { name: 'Zeigen: Schlüssel' }).click();
    await page.getByRole('button', { name: 'Verbergen: Schlüssel' }).waitFor();
    await form.submit.click();
    expect(await form.said()).toBe('Felder mit Fehlern: 1.');
    expect(await form.error('apiKey').textContent()).toBe('Ein Schlüssel fehlt.');
    await expectFocus(page, 'apiKey');
    await form.key.fill('quatsch');
    expect(await form.error('apiKey').textContent()).toBe('Das ist kein Schlüssel.');
    await form.send({ apiKey: keys.prod });
    await expect.poll(() => form.said()).toBe('Der Server kennt ihn nicht.');
    await picture(page, 'german');
  });

  it('also when they were set before the script came', async () => {
    const { page } = await embed({
      body: '<trigger-dev-connect></trigger-dev-connect>',
      before: whenParsed('form.texts = { heading: "Früh gesetzt" };'),
    });
    expect(await page.getByRole('heading').textContent()).toBe('Früh gesetzt');
  });
});
