import { givenFields, policyFromEnv } from '../client/index.js';
import { type Connection, parseConnection } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import type { Context } from './context.js';
import { flagOf } from './field-flags.js';
import { InvalidConnection } from './invalid-connection.js';

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
    stderr.line(`warning: ${warning.field}: ${warning.message}`);
  }
  if (parsed.ok) {
    return parsed.connection;
  }
  const [first, ...others] = parsed.issues;
  throw first === undefined ? new ConnectorError('input_invalid') : new InvalidConnection([first, ...others]);
}
