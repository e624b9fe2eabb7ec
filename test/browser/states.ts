/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { keys } from '../connection/cases.js';
import { projectRef, unknownKeys } from '../fake-api/keys.js';
import { Form } from './form.js';
import type { Site } from './site.js';

type Reach = (page: Page, site: Site, form: Form) => Promise<void>;

const open = async (page: Page, site: Site, form: Form) => {
  await page.goto(`${site.url}/connect`);
  await form.key.waitFor();
};

const token: Reach = async (page, site, form) => {
  await open(page, site, form);
  await form.type({ baseUrl: site.api.url, apiKey: site.api.project.keys['pat:alice'], projectRef });
  await form.field('projectRef').blur();
  await form.status.filter({ hasText: 'Environments of the project' }).waitFor();
};

const connected: Reach = async (page, site, form) => {
  await open(page, site, form);
  await form.send({ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url });
  await page.waitForURL('**/records?*');
};

/** The main states of the pages, and the way to each. */
const reach: Readonly<Record<string, Reach>> = {
  empty: open,
  async connections(page, site, form) {
    await connected(page, site, form);
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('button', { name: 'Check again' }).first().waitFor();
  },
  async actions(page, site, form) {
    await connected(page, site, form);
    await page.getByRole('link', { name: 'Actions' }).click();
    await page.getByRole('link', { name: 'trigger-task', exact: true }).waitFor();
  },
  async action(page, site, form) {
    await connected(page, site, form);
    await page.goto(`${site.url}/try/list-runs`);
    await page.locator('#field-limit').fill('1');
    await page.getByRole('button', { name: 'Run list-runs' }).click();
    await page.getByRole('heading', { name: 'Output' }).waitFor();
  },
  async logs(page, site, form) {
    await connected(page, site, form);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'Logs' }).click();
    await page.getByText('sync').first().waitFor();
  },
  async disconnect(page, site, form) {
    await connected(page, site, form);
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('link', { name: 'Disconnect…' }).first().click();
    await page.getByRole('alert').waitFor();
  },
  async replace(page, site, form) {
    await connected(page, site, form);
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('link', { name: 'Replace the key' }).first().click();
    await form.key.waitFor();
  },
  token,
  async warning(page, site, form) {
    await token(page, site, form);
    await form.field('environment').selectOption('preview');
    await form.key.fill(`tr_pat_${'0l'.repeat(20)}`);
    await page.getByRole('button', { name: /^Show/ }).click();
    await form.field('previewBranch').focus();
  },
  async errors(page, site, form) {
    await open(page, site, form);
    await form.type({ apiKey: site.api.project.keys['root:preview'], previewBranch: 'a b', baseUrl: 'ftp://x' });
    // Its message holds the longest word of all.
    await form.send({ apiKey: keys.newFamily });
    await form.outcome.waitFor();
  },
  async checking(page, site, form) {
    await open(page, site, form);
    await page.route('**/connect', () => new Promise(() => undefined));
    await form.send({ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url });
    await form.status.filter({ hasText: 'Checking' }).waitFor();
  },
  async rejected(page, site, form) {
    await open(page, site, form);
    await form.send({ apiKey: unknownKeys['unknown:prod'], baseUrl: site.api.url });
    await form.outcome.waitFor();
  },
  async valid(page, site, form) {
    await open(page, site, form);
    await page.locator('trigger-dev-connect').evaluate((element) => {
      element.addEventListener('connect', (event) => event.preventDefault());
    });
    await form.send({ apiKey: site.api.project.keys['root:prod'], baseUrl: site.api.url });
    await form.outcome.waitFor();
  },
  connected,
  async records(page, site, form) {
    await connected(page, site, form);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.locator('tbody tr').first().waitFor();
  },
  async 'not found'(page, site) {
    await page.goto(`${site.url}/records?connection=nope`);
  },
};

export const stateNames = Object.keys(reach);

export async function bringTo(state: string, page: Page, site: Site): Promise<void> {
  await reach[state]?.(page, site, new Form(page));
}
