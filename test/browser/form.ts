/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { FieldName } from '../../src/connection/fields.js';

export type Typed = Readonly<Partial<Record<FieldName, string>>>;

/** The form as a person finds it. */
export class Form {
  readonly outcome: Locator;
  readonly status: Locator;
  readonly submit: Locator;
  readonly key: Locator;
  readonly #scope: Locator;

  constructor(page: Page, scope: Locator = page.locator('trigger-dev-connect')) {
    this.#scope = scope;
    this.outcome = scope.locator('.outcome');
    this.status = scope.getByRole('status');
    this.submit = scope.locator('button[type=submit]');
    this.key = this.field('apiKey');
  }

  field(name: FieldName): Locator {
    return this.#scope.locator(`#${name}`);
  }

  error(name: FieldName): Locator {
    return this.#scope.locator(`#${name}-error`);
  }

  warning(name: FieldName): Locator {
    return this.#scope.locator(`#${name}-warning`);
  }

  /** The host first: no test may ask the real one. Then the key, which decides which others are there. */
  async type(values: Typed): Promise<void> {
    for (const name of ['baseUrl', 'apiKey', 'projectRef', 'environment', 'previewBranch'] as const) {
      const value = values[name];
      if (value !== undefined) {
        const field = this.field(name);
        await (name === 'environment' ? field.selectOption(value) : field.fill(value));
      }
    }
  }

  async send(values: Typed = {}): Promise<void> {
    await this.type(values);
    await this.submit.click();
  }

  /** The text of the outcome, once it is there. */
  async said(): Promise<string> {
    await this.outcome.waitFor();
    return (await this.outcome.textContent()) ?? '';
  }

  async visibleFields(): Promise<string[]> {
    return this.#scope
      .locator('input, select')
      .evaluateAll((controls) => controls.filter((control) => control.checkVisibility()).map(({ id }) => id));
  }

  async requiredFields(): Promise<string[]> {
    return this.#scope.locator('[aria-required=true]').evaluateAll((controls) => controls.map(({ id }) => id));
  }

  async options(): Promise<string[]> {
    return this.field('environment')
      .locator('option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  }

  /** `aria-describedby` of a field, each part as its text. */
  async descriptions(name: FieldName): Promise<string[]> {
    return this.field(name).evaluate((control) =>
      (control.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => (control.getRootNode() as ShadowRoot).getElementById(id)?.textContent ?? `nothing has id ${id}`),
    );
  }
}

/** The element that has the focus, through shadow roots: its id, else its text. */
export async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) {
      element = element.shadowRoot.activeElement;
    }
    return element?.id || element?.className || element?.textContent || '';
  });
}

export async function expectFocus(page: Page, what: string): Promise<void> {
  await expect.poll(() => focused(page)).toBe(what);
}

/** A picture of a main state, for a person to look at: kept in the folder that SCREENSHOTS names. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) {
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }
}
