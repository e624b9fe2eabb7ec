import * as z from 'zod';
import { errorFromIssues, type Issue, Secret } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import { checkFields } from './check-fields.js';
import type { Connection } from './connection.js';
import { classifyKey, environmentNamed } from './key.js';
import { type FieldName, type FieldValues, fieldLimits } from './rules.js';

const text = (max: number) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((value) => value?.trim() || undefined);

/** The five fields as they are typed; what they must hold is the rule table's business. */
const fieldsSchema = z.strictObject({
  apiKey: text(fieldLimits.apiKey),
  projectRef: text(fieldLimits.projectRef),
  environment: text(fieldLimits.environment),
  baseUrl: text(fieldLimits.baseUrl),
  previewBranch: text(fieldLimits.previewBranch),
} satisfies Record<FieldName, z.ZodType>);

export type ConnectionValues = z.input<typeof fieldsSchema>;

export type ParsedConnection =
  | { ok: true; connection: Connection; warnings: Issue[] }
  | { ok: false; issues: Issue[]; warnings: Issue[] };

const wrongType = {
  apiKey: 'key_invalid',
  projectRef: 'project_ref_invalid',
  environment: 'environment_invalid',
  baseUrl: 'base_url_invalid',
  previewBranch: 'branch_invalid',
} as const satisfies Record<FieldName, string>;

const isField = (name: unknown): name is FieldName => typeof name === 'string' && Object.hasOwn(wrongType, name);

/** A property name that is too odd to be a field may be a pasted secret: never repeat it. */
function safeName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name) && !/(?:tr|[prs]k)_|eyJ/.test(name) ? name : 'a field';
}

function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.flatMap<Issue>((issue) => {
    const [field] = issue.path;
    if (isField(field)) {
      const message = issue.code === 'too_big' ? `${field} is too long.` : `${field} must be text.`;
      return [{ code: wrongType[field], field, message }];
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => ({
        code: 'unknown_field',
        field: safeName(name),
        message: `There is no such field. The fields are ${Object.keys(wrongType).join(', ')}.`,
      }));
    }
    return [{ code: 'input_invalid', field: '', message: 'Expected an object with the fields of the connect form.' }];
  });
}

/** Nango's connection config calls the branch `triggerBranch`; both names are understood. */
function withOurNames(values: unknown): unknown {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, 'triggerBranch')) {
    return values;
  }
  const { triggerBranch, ...rest } = values as Record<string, unknown>;
  return (rest['previewBranch'] ?? '') === '' ? { ...rest, previewBranch: triggerBranch } : rest;
}

/** Field by field where the whole does not parse, so that one wrong type does not hide other problems. */
function readableFields(values: unknown): FieldValues {
  if (typeof values !== 'object' || values === null) {
    return {};
  }
  const readable: Record<string, string | undefined> = {};
  for (const field of Object.keys(wrongType)) {
    if (isField(field) && Object.hasOwn(values, field)) {
      const parsed = fieldsSchema.shape[field].safeParse((values as Record<string, unknown>)[field]);
      readable[field] = parsed.success ? parsed.data : undefined;
    }
  }
  return readable;
}

function check(input: unknown, policy: ConnectionPolicy, asForm: boolean): ParsedConnection {
  const named = withOurNames(input);
  const shape = fieldsSchema.safeParse(named);
  const shapeIssues = shape.success ? [] : issuesOf(shape.error);
  const values: FieldValues = shape.success ? shape.data : readableFields(named);
  const skip = new Set(shapeIssues.map((issue) => issue.field));
  const { issues, origin, warnings } = checkFields(values, policy, { asForm, skip });
  const noObject = shapeIssues.some((issue) => issue.code === 'input_invalid');
  const problems = noObject ? shapeIssues : [...shapeIssues, ...issues];
  if (problems.length > 0 || origin === undefined || values.apiKey === undefined) {
    return { ok: false, issues: problems, warnings };
  }
  return { ok: true, connection: connectionOf(values.apiKey, values, origin, policy), warnings };
}

function connectionOf(apiKey: string, values: FieldValues, baseUrl: string, policy: ConnectionPolicy): Connection {
  const { kind, environment: ofKey } = classifyKey(apiKey);
  const environment = ofKey ?? environmentNamed(values.environment ?? '');
  // `default` is how the dashboard calls the dev environment itself, not a branch of it.
  const branch = environment === 'dev' && values.previewBranch === 'default' ? undefined : values.previewBranch;
  return Object.freeze({
    key: new Secret(apiKey),
    kind,
    baseUrl,
    policy: Object.freeze({ ...policy }),
    ...(environment !== undefined && { environment }),
    ...(values.projectRef !== undefined && { projectRef: values.projectRef }),
    ...(branch !== undefined && { previewBranch: branch }),
  });
}

/**
 * Checks what a person typed into the connect form: `apiKey`, `projectRef`, `environment`, `baseUrl`, `previewBranch`
 * (all text). Every problem is reported at once, with a code, a field and what to do; never throws, never echoes a value.
 */
export function parseConnection(values: unknown, policy: ConnectionPolicy = {}): ParsedConnection {
  return check(values, policy, true);
}

/** The same rules for code, where a project ref or an environment may still come with each call. Throws `ConnectorError`. */
export function connectionFromValues(values: unknown, policy: ConnectionPolicy, asForm = false): Connection {
  const parsed = check(values, policy, asForm);
  if (!parsed.ok) {
    throw errorFromIssues(parsed.issues);
  }
  return parsed.connection;
}

/** `parseConnection` as a zod schema, for people who validate with zod: form values in, `Connection` out. */
export const connectionSchema = z.custom<ConnectionValues>().transform((values, context): Connection => {
  const parsed = parseConnection(values);
  if (parsed.ok) {
    return parsed.connection;
  }
  for (const { code, field, message } of parsed.issues) {
    context.addIssue({ code: 'custom', message, path: field === '' ? [] : [field], params: { code } });
  }
  return z.NEVER;
});
