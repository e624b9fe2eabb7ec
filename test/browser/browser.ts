import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { chromiumPath } from './chromium.js';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page, and what its console said: messages, errors, and violations of its content security policy. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly console: readonly string[];
}

export interface BrowserFor {
  /** Opens a page in a context of its own, closed when the test ends. */
  open(options?: BrowserContextOptions): Promise<Watched>;
}

/** A browser for the tests of one file. Every page has to keep to its policy and must not throw. */
export function useBrowser(): BrowserFor {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args });
  });
  afterAll(() => browser.close());
  return {
    async open(options = {}) {
      const context = await browser.newContext(options);
      const said: string[] = [];
      context.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      context.on('weberror', (error) => said.push(`thrown: ${String(error.error())}`));
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      onTestFinished(async () => {
        await context.close();
        expect(said.filter((line) => /^thrown|Content Security Policy|Trusted ?Type/i.test(line))).toEqual([]);
      });
      return { page, context, console: said };
    },
  };
}
