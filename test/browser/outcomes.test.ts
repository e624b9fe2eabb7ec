/// <reference lib="dom" />
import { createServer } from 'node:net';
import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { englishTexts } from '../../src/connect/texts.js';
import { projectRef, unknownKeys } from '../fake-api/keys.js';
import { useBrowser } from './browser.js';
import { expectFocus, Form, picture, type Typed } from './form.js';
import { submissions, useSite } from './site.js';

const browser = useBrowser();
const site = useSite();

async function openForm(options: BrowserContextOptions = {}) {
  const { context, page } = await browser.open(options);
  await page.goto(`${site.url}/connect`);
  return { context, page, form: new Form(page), sent: submissions(page) };
}

async function closedPort(): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const prod = () => ({ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url });

describe('verification that ends', () => {
  it('valid: says so, and goes to the records', async () => {
    const { form, page } = await openForm();
    const element = page.locator('trigger-dev-connect');
    await element.evaluate((form) => form.addEventListener('connect', (event) => event.preventDefault()));
    await form.send(prod());
    expect(await form.said()).toBe('Connected. The key works in prod.');
    await expectFocus(page, 'outcome good');
    expect(new URL(page.url()).pathname).toBe('/connect');
    await picture(page, 'valid');
  });

  it('limited: a real key that may not list runs is connected too', async () => {
    const { form, page } = await openForm();
    const element = page.locator('trigger-dev-connect');
    await element.evaluate((form) => form.addEventListener('connect', (event) => event.preventDefault()));
    await form.send({ ...prod(), apiKey: site.api.project.keys['additional:triggerTasks'] });
    expect(await form.said()).toMatch(/^Connected\. The key is real but may not list runs/);
    expect(site.host.store.connections().some(({ kind }) => kind === 'additional')).toBe(true);
  });

  it.each<[string, () => Typed, RegExp]>([
    [
      'a key that the server does not know',
      () => ({ apiKey: unknownKeys['unknown:prod'] }),
      /does not accept this key/,
    ],
    [
      'a branch that is not there',
      () => ({ apiKey: site.api.project.keys['root:preview'], previewBranch: 'feature/two' }),
      /branch/,
    ],
    ['a project of others', () => ({ apiKey: site.api.project.keys['pat:bob'], projectRef }), /project/i],
  ])('rejected: %s', async (_, values, message) => {
    const { form, page } = await openForm();
    const before = site.host.store.connections().length;
    await form.send({ ...values(), baseUrl: site.api.url });
    expect(await form.said()).toMatch(message);
    await expectFocus(page, 'outcome bad');
    expect(site.host.store.connections()).toHaveLength(before);
    await picture(page, 'rejected');
  });

  it('unverifiable: a server that answers with a web page', async () => {
    const { form, page } = await openForm();
    site.api.fail({ status: 200, body: '<html><h1>Sign in</h1>', headers: { 'content-type': 'text/html' } });
    await form.send(prod());
    const said = await form.said();
    expect(said).not.toContain('Sign in');
    expect(said).not.toMatch(/^Connected/);
    await expectFocus(page, 'outcome bad');
  });

  it('unverifiable: nothing there', async () => {
    const { form } = await openForm();
    await form.send({ ...prod(), baseUrl: await closedPort() });
    expect(await form.said()).not.toMatch(/^Connected|undefined/);
  });
});

describe('a submit', () => {
  it('that is clicked twice is sent once', async () => {
    const { form, page, sent } = await openForm();
    const before = site.api.requests.length;
    site.api.fail({ delayMs: 500 });
    await form.type(prod());
    await form.submit.dblclick();
    await form.submit.click({ force: true });
    expect(await form.submit.getAttribute('aria-disabled')).toBe('true');
    expect(await form.status.textContent()).toBe('Checking with Trigger.dev…');
    await picture(page, 'checking');
    await page.waitForURL('**/records?*');
    expect(sent).toEqual(['/connect']);
    expect(site.api.requests.length - before).toBe(1);
  });

  it('by Enter, twice, is sent once', async () => {
    const { form, page, sent } = await openForm();
    site.api.fail({ delayMs: 300 });
    await form.type(prod());
    await form.key.press('Enter');
    await form.key.press('Enter');
    await page.waitForURL('**/records?*');
    expect(sent).toEqual(['/connect']);
  });

  it.each(['offline', 'a page instead of an answer', 'an answer of another kind', 'a redirect'])(
    'without an answer (%s) says so, and can be made again',
    async (what) => {
      const { context, form, page } = await openForm();
      const replies = {
        'a page instead of an answer': { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' },
        'an answer of another kind': { json: { ok: true, message: 7 } },
        'a redirect': { status: 302, headers: { location: '/records' } },
      };
      const reply = replies[what as keyof typeof replies];
      if (reply === undefined) {
        await context.setOffline(true);
      } else {
        await page.route('**/connect', (route) => route.fulfill(reply));
      }
      await form.send(prod());
      expect(await form.said()).toBe(englishTexts.failed);
      await expectFocus(page, 'outcome bad');
      await context.setOffline(false);
      await page.unrouteAll();
      await form.send(prod());
      await page.waitForURL('**/records?*');
    },
  );

  it('shows what the server says as text, also where it is markup', async () => {
    const { form, page } = await openForm();
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const issues = [{ code: 'key_invalid', field: 'apiKey', message: markup }];
    for (const json of [
      { status: 'rejected', message: markup },
      { status: 'invalid', message: 'Not sent.', issues },
    ]) {
      await page.unrouteAll();
      await page.route('**/connect', (route) => route.fulfill({ json }));
      await form.send(prod());
      expect(await form.said()).toBe(markup);
      expect(await form.outcome.locator('*').count()).toBe(0);
    }
    expect(await page.title()).toBe('Connect · Trigger.dev connector');
  });

  it('is not led away to what is no web address', async () => {
    const { form, page } = await openForm();
    const json = { status: 'valid', message: 'It works.', location: 'javascript:document.title=1' };
    await page.route('**/connect', (route) => route.fulfill({ json }));
    await form.send(prod());
    expect(await form.said()).toBe('Connected. It works.');
    expect(new URL(page.url()).pathname).toBe('/connect');
  });
});

describe('another key for a connection', () => {
  const branch = () => ({
    apiKey: site.api.project.keys['root:preview'],
    previewBranch: 'feature/one',
    baseUrl: site.api.url,
  });

  /** The form, opened for the connection that a first form made. */
  async function openAgain() {
    const { form, page } = await openForm();
    await form.send(branch());
    await page.waitForURL(/connection=/);
    const id = new URL(page.url()).searchParams.get('connection') ?? '';
    await page.goto(`${site.url}/connect?connection=${encodeURIComponent(id)}`);
    const again = new Form(page);
    await again.key.waitFor();
    const bodies: unknown[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') {
        bodies.push(request.postDataJSON());
      }
    });
    return { form: again, page, bodies };
  }

  it('goes where the connection goes, which the form shows', async () => {
    const { bodies, form, page } = await openAgain();
    expect(await form.field('baseUrl').inputValue()).toBe(site.api.url);
    expect(await form.field('previewBranch').inputValue()).toBe('feature/one');
    expect(await form.visibleFields()).toEqual(expect.arrayContaining(['apiKey', 'baseUrl', 'previewBranch']));
    await form.send({ apiKey: branch().apiKey });
    await page.waitForURL(/records\?connection=/);
    expect(bodies).toEqual([branch()]);
  });

  it('leaves a field that is emptied', async () => {
    const { bodies, form, page } = await openAgain();
    await form.send({ apiKey: site.api.project.keys['root:prod'], previewBranch: '' });
    await page.waitForURL(/records\?connection=/);
    expect(bodies).toEqual([{ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url, previewBranch: '' }]);
  });
});
