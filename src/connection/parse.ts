import * as z from 'zod';
import { errorFromIssues, type Issue, Secret } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import { checkFields } from './check-fields.js';
import type { Connection } from './connection.js';
import { branchIn, classifyKey, environmentNamed } from './key.js';
import { type FieldName, type FieldValues, fieldCodes, fieldLimits } from './rules.js';

const anyText = z.string();
const text = (max: number) => anyText.max(max).nullish();

/** The five fields as they are typed; what they must hold is the rule table's business. */
const fieldsSchema = z.strictObject({
  apiKey: text(fieldLimits.apiKey),
  projectRef: text(fieldLimits.projectRef),
  environment: text(fieldLimits.environment),
  baseUrl: text(fieldLimits.baseUrl),
  previewBranch: text(fieldLimits.previewBranch),
  // Nango's connection config calls the branch so; ours wins where both are filled in.
  triggerBranch: text(fieldLimits.previewBranch),
} satisfies Record<FieldName | 'triggerBranch', z.ZodType>);

export type ConnectionValues = z.input<typeof fieldsSchema>;

export type ParsedConnection =
  | { ok: true; connection: Connection; warnings: Issue[] }
  | { ok: false; issues: Issue[]; warnings: Issue[] };

const isField = (name: unknown): name is FieldName => typeof name === 'string' && Object.hasOwn(fieldCodes, name);

/** A property name that is too odd to be a field may be a pasted secret: never repeat it. */
function safeName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name) && !/(?:tr|[prs]k)_|eyJ/.test(name) ? name : 'a field';
}

function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.flatMap<Issue>((issue) => {
    const field = issue.path[0] === 'triggerBranch' ? 'previewBranch' : issue.path[0];
    if (isField(field)) {
      const message = issue.code === 'too_big' ? `${field} is too long.` : `${field} must be text.`;
      return [{ code: fieldCodes[field], field, message }];
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => ({
        code: 'unknown_field',
        field: safeName(name),
        message: `There is no such field. The fields are ${Object.keys(fieldCodes).join(', ')}.`,
      }));
    }
    return [{ code: 'input_invalid', field: '', message: 'Expected an object with the fields of the connect form.' }];
  });
}

/** Trimmed, and empty as absent. A field that is no text has its problem already: it must not hide those of others. */
function trimmedFields(values: ConnectionValues, skip: ReadonlySet<string>): FieldValues {
  const trimmed = (name: keyof ConnectionValues) => (skip.has(name) ? undefined : values[name]?.trim() || undefined);
  return {
    apiKey: trimmed('apiKey'),
    projectRef: trimmed('projectRef'),
    environment: trimmed('environment'),
    baseUrl: trimmed('baseUrl'),
    previewBranch: skip.has('previewBranch') ? undefined : (trimmed('previewBranch') ?? trimmed('triggerBranch')),
  };
}

const nothing: ReadonlySet<string> = new Set();

function check(input: unknown, policy: ConnectionPolicy, asForm: boolean): ParsedConnection {
  const shape = fieldsSchema.safeParse(input);
  const shapeIssues = shape.success ? [] : issuesOf(shape.error);
  if (shapeIssues.some((issue) => issue.code === 'input_invalid')) {
    return { ok: false, issues: shapeIssues, warnings: [] };
  }
  const skip = shape.success ? nothing : new Set(shapeIssues.map((issue) => issue.field));
  const values = trimmedFields(shape.success ? shape.data : (input as ConnectionValues), skip);
  const { issues, origin, warnings } = checkFields(values, policy, { asForm, skip });
  const problems = [...shapeIssues, ...issues];
  if (problems.length > 0 || origin === undefined || values.apiKey === undefined) {
    return { ok: false, issues: problems, warnings };
  }
  return { ok: true, connection: connectionOf(values.apiKey, values, origin, policy), warnings };
}

function connectionOf(apiKey: string, values: FieldValues, baseUrl: string, policy: ConnectionPolicy): Connection {
  const { kind, environment: ofKey } = classifyKey(apiKey);
  const environment = ofKey ?? environmentNamed(values.environment ?? '');
  const branch = branchIn(environment, values.previewBranch);
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
