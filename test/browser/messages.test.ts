import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fields } from '../../src/connection/fields.js';
import { type ConnectionPolicy, connectForm, type FieldName, parseConnection } from '../../src/connection/index.js';
import { INVALID, keys, VALID } from '../connection/cases.js';
import { useBrowser } from './browser.js';
import { expectFocus, Form, picture, type Typed } from './form.js';
import { submissions, useSite } from './site.js';

const browser = useBrowser();
const site = useSite();
const names = connectForm.fields.map(({ name }) => name);
const choices = connectForm.fields.find((field) => field.enum)?.enum ?? [];

/** Can a person bring this about with the inputs as they are? */
function canBeTyped(values: unknown): values is Typed {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return false;
  }
  return Object.entries(values as Record<string, unknown>).every(([name, value]) => {
    const field = fields.all.find((candidate) => candidate.name === name);
    const fits = typeof value === 'string' && field !== undefined && value.length <= field.limit;
    // An input of one line takes no line breaks; a select takes its own options.
    return fits && !/[\r\n]/.test(value) && (name !== 'environment' || choices.includes(value));
  });
}

const messagesOf = ({ policy, values }: { values: unknown; policy?: ConnectionPolicy }) => {
  const parsed = parseConnection(values, policy);
  return { issues: parsed.ok ? [] : parsed.issues, warnings: parsed.warnings };
};

/** One case for each list of messages; the form model's own tests take them all. */
const invalid = new Map(
  INVALID.filter(({ values }) => canBeTyped(values)).map((one) => [JSON.stringify(messagesOf(one).issues), one]),
);

/** By code, so that a page serves several cases. */
const byCode = [...invalid.values()].reduce((groups, one) => {
  const code = one.issues[0]?.[0] ?? '';
  return groups.set(code, [...(groups.get(code) ?? []), one]);
}, new Map<string, (typeof INVALID)[number][]>());
const warned = VALID.filter(({ values, warnings }) => warnings !== undefined && canBeTyped(values));

/** Brings the fields up by the keys that need them, then replaces the key by the one that is meant. */
async function typeAll(form: Form, { apiKey = '', baseUrl = '', environment, previewBranch, projectRef }: Typed) {
  await form.type({ baseUrl });
  if (previewBranch !== undefined) {
    await form.type({ apiKey: keys.preview, previewBranch });
  }
  if (projectRef !== undefined || environment !== undefined) {
    await form.type({ apiKey: keys.pat, ...(projectRef && { projectRef }), ...(environment && { environment }) });
  }
  await form.type({ apiKey });
}

/** The element's own policy is that of the host, which lets loopback pass. */
async function setPolicy(page: Page, policy: ConnectionPolicy = {}) {
  await page.locator('trigger-dev-connect').evaluate((form, given) => Object.assign(form, { policy: given }), policy);
}

async function openForm(policy: ConnectionPolicy = {}) {
  const { page } = await browser.open();
  const sent = submissions(page);
  const json = { status: 'rejected', message: 'Not today.' };
  await page.route(/\/connect/, (route) =>
    route.request().method() === 'POST' ? route.fulfill({ json }) : route.continue(),
  );
  await page.goto(`${site.url}/connect`);
  await setPolicy(page, policy);
  return { page, form: new Form(page), sent };
}

describe('what is wrong is said at its field, and the focus goes to the first', () => {
  it.each([...byCode])('%s', async (_, cases) => {
    const { form, page, sent } = await openForm();
    for (const one of cases) {
      await page.goto(`${site.url}/connect`);
      await setPolicy(page, one.policy);
      await typeAll(form, one.values as Typed);
      await form.submit.click();
      const issues = new Map(messagesOf(one).issues.map(({ field, message }) => [field, message]));
      for (const name of names) {
        const message = issues.get(name);
        expect(await form.error(name).textContent(), one.title).toBe(message ?? '');
        expect(await form.error(name).isVisible()).toBe(message !== undefined);
        expect(await form.field(name).getAttribute('aria-invalid')).toBe(String(message !== undefined));
        expect((await form.descriptions(name)).includes(message ?? '')).toBe(message !== undefined);
      }
      await expectFocus(page, names.find((name) => issues.has(name)) ?? '');
      expect(await form.said()).toBe(`Fields that need attention: ${issues.size}.`);
    }
    expect(sent.filter((path) => path === '/connect')).toEqual([]);
  });

  it('for every rule that typing can break', () => {
    const shown = new Set([...invalid.values()].flatMap((one) => messagesOf(one).issues.map(({ message }) => message)));
    const missing = connectForm.rules.filter(({ message, severity }) => severity === undefined && !shown.has(message));
    // A select offers nothing that this rule refuses, but for what a server names (below).
    expect(missing.map(({ code }) => code)).toEqual(['environment_invalid']);
  });

  it('an environment of the project that this version does not know', async () => {
    const { form, page } = await openForm();
    await page.route('**/connect/environments', (route) =>
      route.fulfill({ json: { status: 'valid', message: 'It works.', environments: ['prod', 'canary'] } }),
    );
    await form.type({ apiKey: keys.pat, projectRef: 'proj_abcdefghij' });
    await form.field('projectRef').press('Tab');
    await expect.poll(() => form.options()).toEqual(['', 'prod', 'canary']);
    await form.send({ environment: 'canary' });
    expect(await form.error('environment').textContent()).toMatch(/^Choose one of/);
    await expectFocus(page, 'environment');
  });
});

describe('what is only unusual is said as a warning, and does not hold up', () => {
  it.each(warned)('$title', async (one) => {
    const { form, sent } = await openForm(one.policy);
    await typeAll(form, one.values as Typed);
    await form.key.blur();
    for (const { field, message } of messagesOf(one).warnings) {
      const name = field as FieldName;
      if (one.values[name] !== undefined) {
        expect(await form.warning(name).textContent()).toBe(message);
        expect(await form.descriptions(name)).toContain(message);
        expect(await form.field(name).getAttribute('aria-invalid')).toBe('false');
      }
    }
    await form.submit.click();
    await form.said();
    expect(sent).toContain('/connect');
  });
});

describe('a message', () => {
  it('comes when a field is left, not while it is typed nor on the way through an empty form', async () => {
    const { form, page } = await openForm();
    await form.key.focus();
    for (let press = 0; press < 4; press += 1) {
      await page.keyboard.press('Tab');
    }
    expect(await form.error('apiKey').isVisible()).toBe(false);
    await form.key.fill('tr_pr');
    expect(await form.error('apiKey').isVisible()).toBe(false);
    await form.field('baseUrl').focus();
    expect(await form.error('apiKey').isVisible()).toBe(true);
    await form.key.fill(keys.prod);
    expect(await form.error('apiKey').isVisible()).toBe(false);
    expect(await form.outcome.isVisible()).toBe(false);
  });

  it('that appears as the pointer goes down on the button does not take the click', async () => {
    const { form, page } = await openForm();
    await form.key.fill('tr_pr');
    await form.field('baseUrl').fill('ftp://a b');
    await form.submit.click();
    expect(await form.said()).toBe('Fields that need attention: 2.');
    await picture(page, 'errors');
  });

  it('of how many are left goes with them', async () => {
    const { form } = await openForm();
    await form.send({ apiKey: 'tr_pr', baseUrl: 'ftp://x' });
    expect(await form.said()).toBe('Fields that need attention: 2.');
    await form.field('baseUrl').fill('');
    expect(await form.said()).toBe('Fields that need attention: 1.');
    await form.key.fill(keys.prod);
    expect(await form.outcome.isVisible()).toBe(false);
    await form.key.fill('');
    expect(await form.said()).toBe('Fields that need attention: 1.');
  });
});
