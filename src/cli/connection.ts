import { policyFromEnv } from '../client/index.js';
import { branchOfVariable, type Connection, parseConnection } from '../connection/index.js';
import { ConnectorError, type Issue } from '../errors/index.js';
import type { Context } from './context.js';

/** All problems of what was given, for people; the first decides the code. */
export class InvalidConnection extends ConnectorError {
  readonly issues: readonly Issue[];

  constructor(issues: readonly [Issue, ...Issue[]]) {
    super(issues[0].code, issues.map((issue) => `${issue.field}: ${issue.message}`).join('\n'), {
      field: issues[0].field,
    });
    this.issues = issues;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }
}

async function keyOf({ env, flags, readStdin }: Context): Promise<string | undefined> {
  if (flags['key-stdin']) {
    return (await readStdin()).trim();
  }
  // A variable that is set to nothing is not set.
  return env['TRIGGER_SECRET_KEY'] || env['TRIGGER_ACCESS_TOKEN'];
}

/** The connection that flags and environment variables describe, by the rules of the form. */
export async function connectionOf(context: Context): Promise<Connection> {
  const { env, flags, stderr } = context;
  const baseUrl = flags['base-url'] ?? env['TRIGGER_API_URL'];
  const apiKey = await keyOf(context);
  const environment = flags.environment ?? env['TRIGGER_ENVIRONMENT'];
  const branch = branchOfVariable(apiKey, environment, env['TRIGGER_PREVIEW_BRANCH']);
  const parsed = parseConnection(
    {
      apiKey,
      projectRef: flags['project-ref'] ?? env['TRIGGER_PROJECT_REF'],
      environment,
      baseUrl,
      previewBranch: flags['preview-branch'] ?? branch,
    },
    // Whoever types the command is the operator.
    baseUrl === undefined ? policyFromEnv(env) : { allowHttp: true, allowPrivateHosts: true },
  );
  for (const warning of parsed.warnings) {
    stderr.write(`warning: ${warning.field}: ${warning.message}\n`);
  }
  if (parsed.ok) {
    return parsed.connection;
  }
  const [first, ...others] = parsed.issues;
  throw first === undefined ? new ConnectorError('input_invalid') : new InvalidConnection([first, ...others]);
}
