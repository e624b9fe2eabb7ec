import * as z from 'zod';
import { errorFromIssues, type Issue, Secret } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import { checkFields } from './check-fields.js';
import type { Connection } from './connection.js';
import { type Field, type FieldName, type FieldTable, fields, type NangoName } from './fields.js';
import { branchIn, classifyKey, environmentNamed } from './key.js';
import type { FieldValues } from './rules.js';

/** By our names, and Nango's where they differ: ours wins where both are filled in. */
export type ConnectionValues = { [Name in FieldName | NangoName]?: string | null | undefined };

export type ParsedConnection =
  | { ok: true; connection: Connection; warnings: Issue[] }
  | { ok: false; issues: Issue[]; warnings: Issue[] };

const anyText = z.string();

/** The fields as they are typed; what they must hold is the rule table's business. */
function schemaOf({ all, byConfigName }: FieldTable) {
  const text = ({ limit }: Field) => anyText.max(limit).nullish();
  return z.strictObject(
    Object.fromEntries([
      ...all.map((field) => [field.name, text(field)] as const),
      ...[...byConfigName]
        .filter(([name, field]) => name !== field.name)
        .map(([name, field]) => [name, text(field)] as const),
    ]),
  );
}

/** A property name that is too odd to be a field may be a pasted secret: never repeat it. */
function safeName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name) && !/(?:tr|[prs]k)_|eyJ/.test(name) ? name : 'a field';
}

function issuesOf(error: z.ZodError, { all, byConfigName }: FieldTable): Issue[] {
  return error.issues.flatMap<Issue>((issue) => {
    const [name] = issue.path;
    const field = all.find((candidate) => candidate.name === name) ?? byConfigName.get(String(name));
    if (field !== undefined) {
      const message = issue.code === 'too_big' ? `${field.name} is too long.` : `${field.name} must be text.`;
      return [{ code: field.code, field: field.name, message }];
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((unknown) => ({
        code: 'unknown_field',
        field: safeName(unknown),
        message: `There is no such field. The fields are ${all.map((known) => known.name).join(', ')}.`,
      }));
    }
    return [{ code: 'input_invalid', field: '', message: 'Expected an object with the fields of the connect form.' }];
  });
}

type Values = Readonly<Record<string, string | null | undefined>>;

/** Trimmed, and empty as absent. A field that is no text has its problem already: it must not hide those of others. */
function trimmedFields(values: Values, skip: ReadonlySet<string>, { all }: FieldTable): FieldValues {
  const trimmed: Record<string, string | undefined> = {};
  for (const { name, nangoName } of all) {
    trimmed[name] = skip.has(name) ? undefined : values[name]?.trim() || values[nangoName]?.trim() || undefined;
  }
  return trimmed;
}

const nothing: ReadonlySet<string> = new Set();

/** Checks values by a table of fields. */
export function checkerOf(table: FieldTable) {
  const schema = schemaOf(table);
  return (input: unknown, policy: ConnectionPolicy, asForm: boolean): ParsedConnection => {
    const shape = schema.safeParse(input);
    const shapeIssues = shape.success ? [] : issuesOf(shape.error, table);
    if (shapeIssues.some((issue) => issue.code === 'input_invalid')) {
      return { ok: false, issues: shapeIssues, warnings: [] };
    }
    const skip = shape.success ? nothing : new Set(shapeIssues.map((issue) => issue.field));
    const values = trimmedFields(shape.success ? shape.data : (input as Values), skip, table);
    const { issues, origin, warnings } = checkFields(values, policy, { asForm, skip });
    const problems = [...shapeIssues, ...issues];
    if (problems.length > 0 || origin === undefined || values.apiKey === undefined) {
      return { ok: false, issues: problems, warnings };
    }
    return {
      ok: true,
      connection: connectionOf(values.apiKey, { ...values, baseUrl: origin }, policy, table),
      warnings,
    };
  };
}

const check = checkerOf(fields);

function connectionOf(
  apiKey: string,
  values: FieldValues,
  policy: ConnectionPolicy,
  { config }: FieldTable,
): Connection {
  const { kind, environment: ofKey } = classifyKey(apiKey);
  const environment = ofKey ?? environmentNamed(values.environment ?? '');
  const previewBranch = branchIn(environment, values.previewBranch);
  const meant: Values = { ...values, environment, previewBranch };
  const connection: Record<string, unknown> = {
    key: new Secret(apiKey),
    kind,
    policy: Object.freeze({ ...policy }),
  };
  for (const { name } of config) {
    if (meant[name] !== undefined) {
      connection[name] = meant[name];
    }
  }
  return Object.freeze(connection) as unknown as Connection;
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
