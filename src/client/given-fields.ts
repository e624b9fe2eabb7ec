import { branchOfVariable, type Field, type FieldTable, fields } from '../connection/index.js';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export interface GivenFields {
  /** The credential, which decides whether the variable of the branch counts. */
  readonly apiKey: string | undefined;
  /** What was given under the name that this field has there. */
  readonly given: (field: Field) => string | undefined;
  readonly env: EnvironmentVariables;
  /** On the command line every variable counts. */
  readonly isCli?: boolean;
}

/** Form values from options or flags, and from environment variables where those are silent; one that is set to nothing is not set. */
export function givenFields(
  { apiKey, env, given, isCli = false }: GivenFields,
  { config }: FieldTable = fields,
): Readonly<Record<string, string | undefined>> {
  const values: Record<string, string | undefined> = { apiKey };
  // The environment stands before the branch, which depends on it.
  for (const field of config) {
    const { isVariableOfCli, name, variable = '' } = field;
    const text = isVariableOfCli && !isCli ? undefined : env[variable] || undefined;
    const said = name === 'previewBranch' ? branchOfVariable(apiKey, values['environment'], text) : text;
    values[name] = given(field) ?? said;
  }
  return values;
}
