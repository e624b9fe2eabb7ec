/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { FieldState } from './form-model.js';
import type { ConnectTexts } from './texts.js';

type Control = HTMLInputElement | HTMLSelectElement;

/** Creates an element; text goes in as text, never as markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    element.setAttribute(attribute, value);
  }
  element.append(...children);
  return element;
}

/** One field of the form: made once, then kept in step with its state, so that focus and caret stay. */
export class FieldView {
  readonly root: HTMLElement;
  readonly control: Control;
  readonly #label = make('label');
  readonly #tag = make('span', { class: 'tag' });
  readonly #help = make('p', { class: 'help' });
  readonly #error = make('p', { class: 'error' });
  readonly #warning = make('p', { class: 'warning' });
  readonly #link = make('a', { target: '_blank', rel: 'noreferrer' });
  readonly #toggle = make('button', { type: 'button' });
  #options = '';
  #nameToggle = () => {};

  constructor(state: FieldState) {
    const { name } = state;
    this.control = state.options === undefined ? make('input') : make('select');
    for (const [element, part] of [
      [this.#help, 'help'],
      [this.#error, 'error'],
      [this.#warning, 'warning'],
    ] as const) {
      element.id = `${name}-${part}`;
    }
    this.control.id = name;
    this.#label.htmlFor = name;
    this.control.setAttribute('name', name);
    if (this.control instanceof HTMLInputElement) {
      Object.assign(this.control, {
        maxLength: state.maxLength,
        spellcheck: false,
        autocomplete: 'off',
        placeholder: state.example,
      });
      this.control.type = state.secret ? 'password' : 'text';
      this.control.setAttribute('autocapitalize', 'none');
    }
    const control = make('div', { class: 'control' }, this.control, ...(state.secret ? [this.#toggle] : []));
    const title = make('div', { class: 'title' }, make('span', {}, this.#label, ' ', this.#tag), this.#link);
    this.root = make('div', { class: 'field' }, title, this.#help, control, this.#error, this.#warning);
    this.#toggle.addEventListener('click', () => this.#show(this.#isHidden()));
  }

  #isHidden(): boolean {
    return this.control instanceof HTMLInputElement && this.control.type === 'password';
  }

  #show(visible: boolean): void {
    if (this.control instanceof HTMLInputElement) {
      this.control.type = visible ? 'text' : 'password';
      this.#nameToggle();
    }
  }

  /** Empties the field, and hides what is typed into it next. */
  clear(): void {
    this.control.value = '';
    this.#show(false);
  }

  #fillOptions(options: readonly string[], texts: ConnectTexts): void {
    const key = options.join();
    if (this.#options !== key && this.control instanceof HTMLSelectElement) {
      this.#options = key;
      const chosen = this.control.value;
      const choices = ['', ...options].map((name) =>
        make('option', { value: name }, name === '' ? texts.choose : name),
      );
      this.control.replaceChildren(...choices);
      this.control.value = options.includes(chosen) ? chosen : '';
    }
  }

  update(state: FieldState, texts: ConnectTexts, docs: string): void {
    this.root.hidden = !state.visible;
    this.#label.textContent = state.title;
    this.#tag.textContent = state.required ? texts.required : texts.optional;
    this.#help.textContent = state.description;
    this.#nameToggle = () => {
      const does = this.#isHidden() ? texts.show : texts.hide;
      this.#toggle.textContent = does;
      this.#toggle.setAttribute('aria-label', `${does}: ${state.title}`);
    };
    this.#nameToggle();
    this.#link.hidden = docs === '';
    this.#link.textContent = texts.help;
    this.#link.setAttribute('aria-label', `${texts.help} ${state.title}`);
    this.#link.href = `${docs}${state.docSection}`;
    this.control.setAttribute('aria-required', String(state.required));
    this.control.setAttribute('aria-invalid', String(state.error !== undefined));
    this.#error.textContent = state.error ?? '';
    this.#error.hidden = state.error === undefined;
    this.#warning.textContent = state.warning ?? '';
    this.#warning.hidden = state.warning === undefined;
    const described = [this.#help, this.#error, this.#warning].filter((part) => !part.hidden).map((part) => part.id);
    this.control.setAttribute('aria-describedby', described.join(' '));
    if (state.options !== undefined) {
      this.#fillOptions(state.options, texts);
    }
  }
}
