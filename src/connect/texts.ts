import type { FieldName } from '../connection/fields.js';
import type { ErrorCode } from '../errors/codes.js';

/** Every text of the form; replace any of them for another language. `{name}` stands for a value. */
export interface ConnectTexts {
  readonly heading: string;
  readonly optional: string;
  readonly required: string;
  readonly show: string;
  readonly hide: string;
  readonly help: string;
  readonly choose: string;
  readonly submit: string;
  readonly busy: string;
  readonly problems: string;
  readonly connected: string;
  readonly failed: string;
  readonly loadingEnvironments: string;
  readonly environmentsFound: string;
  readonly fields: Readonly<Partial<Record<FieldName, { readonly title?: string; readonly description?: string }>>>;
  /** By code, or by `code.field` where one code speaks for several fields. */
  readonly messages: Readonly<Partial<Record<ErrorCode | `${ErrorCode}.${FieldName}`, string>>>;
}

export const englishTexts: ConnectTexts = {
  heading: 'Connect Trigger.dev',
  optional: 'optional',
  required: 'required',
  show: 'Show',
  hide: 'Hide',
  help: 'Where do I find this?',
  choose: 'Choose…',
  submit: 'Check and connect',
  busy: 'Checking with Trigger.dev…',
  problems: 'Fields that need attention: {count}.',
  connected: 'Connected. {message}',
  failed: 'The check could not be made: no answer. Try again.',
  loadingEnvironments: 'Looking up the environments of the project…',
  environmentsFound: 'Environments of the project: {names}.',
  fields: {},
  messages: {},
};

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}
