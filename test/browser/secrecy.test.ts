/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { projectRef, unknownKeys } from '../fake-api/keys.js';
import { useBrowser } from './browser.js';
import { Form } from './form.js';
import { useSite } from './site.js';

const browser = useBrowser();
const site = useSite();

/** Everything of a page that outlives the moment, or that another script or a person could read. */
function traces(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const roots = [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? [shadowRoot] : []));
    const inputs = roots.flatMap((root) => [...root.querySelectorAll('input')]);
    const databases = await indexedDB.databases();
    return JSON.stringify([
      location.href,
      history.state,
      (Reflect.get(window, 'navigation') as { entries(): { url: string }[] }).entries().map(({ url }) => url),
      performance.getEntries().map(({ name }) => name),
      { ...localStorage },
      { ...sessionStorage },
      databases,
      document.cookie,
      window.name,
      document.title,
      document.documentElement.getHTML({ shadowRoots: roots }),
      inputs.map(({ value }) => value),
    ]);
  });
}

/** A page whose requests and answers are written down, but for the bodies that are to hold the key. */
async function openForm() {
  const watched = await browser.open();
  const { context, page } = watched;
  const wire: string[] = [];
  const bodies: string[] = [];
  page.on('request', (request) => {
    wire.push(request.url(), JSON.stringify(request.headers()));
    bodies.push(`${new URL(request.url()).pathname} ${request.postData() ?? ''}`);
  });
  const answers: Promise<void>[] = [];
  page.on('response', (response) => {
    wire.push(JSON.stringify(response.headers()));
    answers.push(
      response.text().then(
        (text) => void wire.push(text),
        () => undefined,
      ),
    );
  });
  await page.goto(`${site.url}/connect`);
  const leaks = async (key: string) => {
    await Promise.all(answers);
    const all = [await traces(page), JSON.stringify(await context.cookies()), ...wire, ...watched.console];
    return all.filter((text) => text.includes(key.slice(-16)));
  };
  return { page, form: new Form(page), bodies, leaks };
}

it('the key of a connection is in the body of one request, and nowhere else', async () => {
  const apiKey = site.api.project.keys['root:prod'];
  const { bodies, form, leaks, page } = await openForm();
  await form.send({ apiKey, baseUrl: site.api.url });
  await page.waitForURL('**/records?*');
  expect(await leaks(apiKey)).toEqual([]);
  expect(bodies.filter((body) => body.includes(apiKey))).toEqual([
    `/connect ${JSON.stringify({ apiKey, baseUrl: site.api.url })}`,
  ]);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.locator('tbody tr').first().waitFor();
  expect(await leaks(apiKey)).toEqual([]);
  expect(JSON.stringify(site.host.store.connections())).not.toContain(apiKey.slice(-16));
});

it('nor that of a refused one: the field is empty and hides again, the others stay', async () => {
  const apiKey = unknownKeys['unknown:pat'];
  const { form, leaks, page } = await openForm();
  const element = page.locator('trigger-dev-connect');
  await element.evaluate((form) =>
    form.addEventListener('refused', (event) => {
      document.title = JSON.stringify((event as CustomEvent).detail);
    }),
  );
  await form.type({ apiKey, baseUrl: site.api.url, projectRef });
  await page.getByRole('button', { name: /^Show/ }).click();
  await form.submit.click();
  await form.said();
  expect(await page.title()).toContain('"status":"rejected"');
  expect(await form.key.inputValue()).toBe('');
  expect(await form.key.getAttribute('type')).toBe('password');
  expect(await form.field('projectRef').inputValue()).toBe(projectRef);
  expect(await form.error('apiKey').isVisible()).toBe(false);
  expect(await leaks(apiKey)).toEqual([]);
});

it('nor that of one without an answer', async () => {
  const apiKey = site.api.project.keys['root:prod'];
  const { form, leaks, page } = await openForm();
  await page.route('**/connect', (route) => route.abort());
  await form.send({ apiKey });
  await form.said();
  expect(await leaks(apiKey)).toEqual([]);
});

it('the back button does not bring it back', async () => {
  const apiKey = site.api.project.keys['root:prod'];
  const { form, leaks, page } = await openForm();
  await form.send({ apiKey, baseUrl: site.api.url });
  await page.waitForURL('**/records?*');
  await page.goBack();
  await form.key.waitFor();
  expect(await form.key.inputValue()).toBe('');
  expect(await leaks(apiKey)).toEqual([]);
  // Typed and left without a submit: neither a fresh page nor one that was kept whole shows it.
  await form.key.fill(apiKey);
  await page.goto(`${site.url}/records`);
  await page.goBack();
  await form.key.waitFor();
  expect(await form.key.inputValue()).toBe('');
  await form.key.fill(apiKey);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  expect(await form.key.inputValue()).toBe('');
});

it('it is hidden as it is typed, until it is asked to show', async () => {
  const { form, page } = await openForm();
  const show = page.getByRole('button', { name: 'Show: Secret key or personal access token' });
  const hide = page.getByRole('button', { name: 'Hide: Secret key or personal access token' });
  await form.key.fill('something');
  expect(await form.key.getAttribute('type')).toBe('password');
  expect(await form.key.getAttribute('autocomplete')).toBe('off');
  expect(await form.key.getAttribute('spellcheck')).toBe('false');
  await show.click();
  expect(await form.key.getAttribute('type')).toBe('text');
  expect(await form.key.inputValue()).toBe('something');
  await hide.click();
  expect(await form.key.getAttribute('type')).toBe('password');
  await show.waitFor();
});
