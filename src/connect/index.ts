import { TriggerDevConnect } from './element.js';

export { type ConnectForm, connectForm } from '../connection/form.js';
export { type SubmitHandler, TriggerDevConnect } from './element.js';
export { type FieldState, type FormOptions, type FormState, type FormValues, formState } from './form-model.js';
export type { ConnectOutcome } from './outcome.js';
export { type ConnectTexts, englishTexts } from './texts.js';

declare global {
  interface HTMLElementTagNameMap {
    'trigger-dev-connect': TriggerDevConnect;
  }
}

// Imported twice (two bundles on one page), the second definition would throw; a server has no elements at all.
if (globalThis.customElements?.get('trigger-dev-connect') === undefined) {
  globalThis.customElements?.define('trigger-dev-connect', TriggerDevConnect);
}
