/// <reference lib="dom" />
import type { FieldView } from './field-view.js';

/** Properties that were set before the class was known hide its accessors: they are set again. */
export function setAgain(element: HTMLElement, names: readonly string[]): void {
  for (const name of names) {
    if (Object.hasOwn(element, name)) {
      const value: unknown = Reflect.get(element, name);
      Reflect.deleteProperty(element, name);
      Reflect.set(element, name, value);
    }
  }
}

/** What was typed into the form for browsers without script, and the focus, move over. */
export function takeOver(element: HTMLElement, views: ReadonlyMap<string, FieldView>): () => void {
  let focused: HTMLElement | undefined;
  for (const [name, { control }] of views) {
    const before = element.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`);
    if (before !== null) {
      control.value = before.value;
      focused = before.matches(':focus') ? control : focused;
    }
  }
  element.replaceChildren();
  return () => focused?.focus();
}
