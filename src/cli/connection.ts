import { givenFields, policyFromEnv } from '../client/index.js';
import { type Connection, parseConnection } from '../connection/index.js';
import { ConnectorError, type Issue } from '../errors/index.js';
import type { Context } from './context.js';
import { flagOf } from './field-flags.js';

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
  const values = givenFields({ apiKey: await keyOf(context), given: flagOf(flags), env, isCli: true });
  const parsed = parseConnection(
    values,
    // Whoever types the command is the operator.
    values['baseUrl'] === undefined ? policyFromEnv(env) : { allowHttp: true, allowPrivateHosts: true },
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
