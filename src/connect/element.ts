/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ConnectionPolicy } from '../connection/base-url.js';
import type { FieldName } from '../connection/fields.js';
import { FieldView, make } from './field-view.js';
import { type FormState, type FormValues, formState, lookUpNames } from './form-model.js';
import { type ConnectOutcome, isConnected, readOutcome, textOf } from './outcome.js';
import { policyIn } from './policy-attributes.js';
import { post } from './post.js';
import { style } from './style.js';
import { type ConnectTexts, englishTexts, fill } from './texts.js';
import { setAgain, takeOver } from './upgrade.js';

/** Server-side rendering imports this module too, where there are no elements. */
const Element = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/** Sends the values somewhere and says what came of it. */
export type SubmitHandler = (values: FormValues) => Promise<ConnectOutcome>;

/**
 * `<trigger-dev-connect>`: the connect form. Attributes: `action` (URL that takes the values as JSON and answers a
 * `ConnectOutcome`), `environments-action` (the same for looking up a project's environments), `docs` (the guide's URL).
 * Properties: `submitHandler` instead of `action`, `policy`, `texts`.
 * Events: `connect` (detail: the outcome; not the key), `refused` (detail: the outcome).
 * The key never leaves the field but in the body of the request, and is cleared after it.
 */
export class TriggerDevConnect extends Element {
  // Declared only: what a page set before this class was known stays.
  declare submitHandler: SubmitHandler | undefined;
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #views = new Map<FieldName, FieldView>();
  readonly #heading = make('h2', { id: 'heading' });
  readonly #outcome = make('p', { class: 'outcome bad', role: 'alert', tabindex: '-1' });
  readonly #submit = make('button', { type: 'submit' });
  readonly #status = make('p', { class: 'status', role: 'status' });
  readonly #touched = new Set<FieldName>();
  /** Fields that had a value when the form was made: emptied, they are sent empty, for the server to know. */
  #prefilled: readonly string[] = [];
  #submitted = false;
  #busy = false;
  #environments: readonly string[] | undefined;
  #lookedUp = '';
  #policy: ConnectionPolicy | undefined;
  #texts = englishTexts;

  /** What the property says, else the attributes `allow-http`, `allow-private-hosts`, `allow-unknown-key`. */
  get policy(): ConnectionPolicy {
    return this.#policy ?? policyIn(this);
  }

  /** For live messages only: the server decides by its own. */
  set policy(policy: ConnectionPolicy) {
    this.#policy = policy;
    this.#render();
  }

  get texts(): ConnectTexts {
    return this.#texts;
  }

  set texts(texts: Partial<ConnectTexts>) {
    this.#texts = { ...englishTexts, ...texts };
    this.#render();
  }

  connectedCallback(): void {
    if (this.#views.size === 0) {
      setAgain(this, ['policy', 'texts']);
      this.#build();
      this.#render();
      const focus = takeOver(this, this.#views);
      this.#prefilled = Object.keys(this.#values());
      this.#render();
      focus();
    }
    addEventListener('pageshow', this.#onPageShow);
  }

  disconnectedCallback(): void {
    removeEventListener('pageshow', this.#onPageShow);
  }

  // A page that comes back from the history must not bring the key back.
  readonly #onPageShow = (event: PageTransitionEvent): void => {
    if (event.persisted) {
      this.#views.get('apiKey')?.clear();
      this.#render();
    }
  };

  #build(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#root.adoptedStyleSheets = [sheet];
    const form = make('form', { novalidate: '', 'aria-labelledby': 'heading', autocomplete: 'off' });
    form.append(this.#heading, this.#outcome);
    this.#outcome.hidden = true;
    for (const state of this.#state().fields) {
      const view = new FieldView(state);
      this.#views.set(state.name, view);
      form.append(view.root);
      view.control.addEventListener('input', () => this.#changed(state.name));
      view.control.addEventListener('change', () => this.#left(state.name));
      view.control.addEventListener('blur', () => this.#left(state.name));
    }
    form.append(this.#submit, this.#status);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    // Leaving a field can show its error and move the button away under the pointer, which would lose the click.
    this.#submit.addEventListener('mousedown', (event) => event.preventDefault());
    this.#root.append(form);
  }

  #values(): FormValues {
    const filled = [...this.#views].map(([name, { control }]) => [name, control.value] as const);
    return Object.fromEntries(filled.filter(([, value]) => value.trim() !== ''));
  }

  #state(): FormState {
    return formState(this.#values(), {
      policy: this.policy,
      touched: this.#touched,
      submitted: this.#submitted,
      texts: this.#texts,
      ...(this.#environments && { environments: this.#environments }),
    });
  }

  #render(): FormState {
    const state = this.#state();
    const texts = this.#texts;
    this.#heading.textContent = texts.heading;
    this.#submit.textContent = texts.submit;
    this.#submit.setAttribute('aria-disabled', String(this.#busy));
    for (const field of state.fields) {
      this.#views.get(field.name)?.update(field, texts, this.getAttribute('docs') ?? '');
    }
    return state;
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }

  #changed(name: FieldName): void {
    if (lookUpNames.includes(name)) {
      this.#environments = undefined;
      this.#lookedUp = '';
      this.#say(this.#busy ? this.#texts.busy : '');
    }
    const state = this.#render();
    if (this.#submitted && !this.#busy) {
      this.#showProblems(state);
    }
  }

  #left(name: FieldName): void {
    // Tabbing through an empty form is no mistake yet.
    if (this.#views.get(name)?.control.value.trim() !== '' || this.#submitted) {
      this.#touched.add(name);
    }
    void this.#lookUpEnvironments(this.#render());
  }

  async #lookUpEnvironments({ issues, kind }: FormState): Promise<void> {
    const url = this.getAttribute('environments-action');
    const given = this.#values();
    const asked = Object.fromEntries(lookUpNames.map((name) => [name, given[name]]));
    const wrong = issues.some(({ field }) => lookUpNames.some((name) => name === field));
    const question = JSON.stringify(asked);
    if (url === null || kind !== 'pat' || wrong || this.#lookedUp === question) {
      return;
    }
    this.#lookedUp = question;
    this.#say(this.#texts.loadingEnvironments);
    const outcome = await post(url, asked).catch(() => undefined);
    if (this.#lookedUp === question && !this.#busy) {
      this.#environments = outcome?.environments;
      const names = this.#environments?.join(', ');
      const refused = outcome ? textOf(outcome, this.#texts) : '';
      this.#say(names === undefined ? refused : fill(this.#texts.environmentsFound, { names }));
      this.#render();
    }
  }

  async #send(): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#submitted = true;
    const state = this.#render();
    if (!state.canSubmit) {
      this.#showProblems(state);
      this.#views.get(state.firstError ?? 'apiKey')?.control.focus();
      return;
    }
    this.#busy = true;
    this.#outcome.hidden = true;
    this.#say(this.#texts.busy);
    this.#render();
    const emptied = Object.fromEntries(this.#prefilled.map((name) => [name, '']));
    const outcome = await this.#submitValues({ ...emptied, ...this.#values() }).catch(() => undefined);
    this.#busy = false;
    this.#say('');
    this.#finish(outcome ?? { status: 'unverifiable', message: this.#texts.failed });
  }

  async #submitValues(values: FormValues): Promise<ConnectOutcome | undefined> {
    const action = this.getAttribute('action');
    if (this.submitHandler) {
      return readOutcome(await this.submitHandler(values));
    }
    return action === null ? undefined : post(action, values);
  }

  #finish(outcome: ConnectOutcome): void {
    this.#views.get('apiKey')?.clear();
    this.#touched.clear();
    this.#submitted = false;
    this.#lookedUp = '';
    this.#environments = outcome.environments ?? this.#environments;
    this.#render();
    const good = isConnected(outcome);
    const text = textOf(outcome, this.#texts);
    this.#show(good ? fill(this.#texts.connected, { message: text }) : text, good ? 'good' : 'bad');
    this.#outcome.focus();
    const event = new CustomEvent(good ? 'connect' : 'refused', { detail: outcome, bubbles: true, cancelable: true });
    if (this.dispatchEvent(event) && good && outcome.location !== undefined) {
      location.assign(outcome.location);
    }
  }

  #showProblems({ issues }: FormState): void {
    const text = fill(this.#texts.problems, { count: issues.length });
    if (issues.length === 0) {
      this.#outcome.hidden = true;
    } else if (this.#outcome.hidden || this.#outcome.textContent !== text) {
      this.#show(text, 'bad');
    }
  }

  #show(text: string, kind: 'good' | 'bad'): void {
    this.#outcome.hidden = false;
    this.#outcome.className = `outcome ${kind}`;
    this.#outcome.textContent = text;
  }
}
