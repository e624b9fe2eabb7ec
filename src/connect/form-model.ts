import type { ConnectionPolicy } from '../connection/base-url.js';
import { checkFields } from '../connection/check-fields.js';
import { requiredFields } from '../connection/evaluate.js';
import { type FieldName, fields } from '../connection/fields.js';
import { type ConnectField, connectForm } from '../connection/form.js';
import { classifyKey, type KeyKind } from '../connection/key.js';
import type { FieldValues } from '../connection/rules.js';
import type { Issue } from '../errors/connector-error.js';
import { type ConnectTexts, englishTexts } from './texts.js';

/** What stands in the inputs, as typed. */
export type FormValues = Partial<Record<FieldName, string>>;

export interface FormOptions {
  readonly policy?: ConnectionPolicy;
  /** Fields that the person has left; their problems are shown. */
  readonly touched?: ReadonlySet<FieldName>;
  /** After a submit, every problem is shown. */
  readonly submitted?: boolean;
  /** The environments of the project, once known. */
  readonly environments?: readonly string[];
  readonly texts?: ConnectTexts;
}

export interface FieldState {
  readonly name: FieldName;
  readonly title: string;
  readonly description: string;
  readonly example: string;
  readonly docSection: string;
  readonly maxLength: number;
  readonly secret: boolean;
  /** The choices of a select. */
  readonly options?: readonly string[];
  readonly visible: boolean;
  readonly required: boolean;
  readonly error?: string;
  readonly warning?: string;
}

export interface FormState {
  readonly kind: KeyKind | undefined;
  readonly fields: readonly FieldState[];
  /** Every problem, shown or not. */
  readonly issues: readonly Issue[];
  readonly canSubmit: boolean;
  /** Where the focus belongs after a refused submit. */
  readonly firstError?: FieldName;
}

/** Fields that decide which environments there are to choose from. */
export const lookUpNames: readonly FieldName[] = fields.identity
  .map(({ name }) => name)
  .filter((name) => name !== 'environment' && name !== 'previewBranch');

const trimmed = (values: FormValues): FieldValues =>
  Object.fromEntries(connectForm.fields.map(({ name }) => [name, values[name]?.trim() || undefined]));

/** A field that holds something stays visible: what is wrong with it must not hide. */
function isVisible(name: FieldName, values: FieldValues, kind: KeyKind | undefined, required: boolean): boolean {
  if (name === 'apiKey' || name === 'baseUrl' || required || values[name] !== undefined) {
    return true;
  }
  // A key of a family that the operator allows may need any of them.
  if (kind === 'unknown') {
    return true;
  }
  if (name === 'previewBranch') {
    const { environment } = kind === 'pat' ? { environment: values.environment } : classifyKey(values.apiKey ?? '');
    return environment === 'preview' || (kind !== 'pat' && environment === 'dev');
  }
  return kind === 'pat';
}

/** Measured as typed, as `parseConnection` does. */
function lengthIssues(values: FormValues): Issue[] {
  return fields.all
    .filter(({ limit, name }) => (values[name]?.length ?? 0) > limit)
    .map(({ code, limit, name }) => ({ code, field: name, message: `At most ${limit} characters.` }));
}

/** The text for a problem: by code and field, by code, else as it came. */
export function messageOf(
  problem: { readonly code?: string; readonly field?: string; readonly message: string },
  { messages }: ConnectTexts,
): string {
  const { code, field, message } = problem;
  const texts: Readonly<Record<string, string>> = messages;
  return texts[`${code}.${field}`] ?? texts[`${code}`] ?? message;
}

/** The form as it should look for what is typed: pure, so any UI can draw it. The rules are those of `parseConnection`. */
export function formState(values: FormValues, options: FormOptions = {}): FormState {
  const { environments, policy = {}, submitted = false, texts = englishTexts, touched } = options;
  const given = trimmed(values);
  const long = lengthIssues(values);
  const skip = new Set(long.map(({ field }) => field));
  const readable: FieldValues = { ...given, ...Object.fromEntries([...skip].map((name) => [name, undefined])) };
  const checked = checkFields(readable, policy, { asForm: true, skip });
  const issues = [...long, ...checked.issues];
  const required = requiredFields(readable, policy);
  const keyIsWrong = issues.some(({ field }) => field === 'apiKey');
  const kind = given.apiKey === undefined ? undefined : classifyKey(given.apiKey).kind;
  const problemOf = (list: readonly Issue[], name: FieldName) => list.find(({ field }) => field === name);
  const textOf = (list: readonly Issue[], name: FieldName) => {
    const problem = problemOf(list, name);
    return problem && messageOf(problem, texts);
  };

  const states = connectForm.fields.map((field: ConnectField): FieldState => {
    const { name } = field;
    const shown = submitted || touched?.has(name) === true;
    const error = shown ? textOf(issues, name) : undefined;
    const warning = shown && error === undefined ? textOf(checked.warnings, name) : undefined;
    return {
      name,
      title: texts.fields[name]?.title ?? field.title,
      description: texts.fields[name]?.description ?? field.description,
      example: field.example,
      docSection: field.docSection,
      maxLength: fields.byName[name].limit,
      secret: field.secret,
      ...(field.enum && { options: environments ?? field.enum }),
      visible: isVisible(name, given, kind === 'unknown' && keyIsWrong ? undefined : kind, required.has(name)),
      required: required.has(name),
      ...(error !== undefined && { error }),
      ...(warning !== undefined && { warning }),
    };
  });
  const firstError = states.find(({ name }) => problemOf(issues, name) !== undefined)?.name;
  return {
    kind,
    fields: states,
    issues,
    canSubmit: issues.length === 0,
    ...(firstError !== undefined && { firstError }),
  };
}
