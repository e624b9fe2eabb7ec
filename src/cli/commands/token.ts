import { flattenScopes, refuseMinting, type TokenScopes } from '../../api/index.js';
import { callerFor, mintNow } from '../../client/index.js';
import { ConnectorError } from '../../errors/index.js';
import { inspectToken, type TokenRequest } from '../../tokens/index.js';
import { connectionOf } from '../connection.js';
import { type Context, print } from '../context.js';

/** Which flag asks for which scope. */
const scopeFlags = [
  ['read-run', 'read', 'runs'],
  ['read-task', 'read', 'tasks'],
  ['read-tag', 'read', 'tags'],
  ['read-batch', 'read', 'batch'],
  ['read-session', 'read', 'sessions'],
  ['write-session', 'write', 'sessions'],
  ['trigger-task', 'trigger', 'tasks'],
  ['batch-trigger-task', 'batchTrigger', 'tasks'],
] as const;

function requestOf({ flags }: Context): TokenRequest {
  const scopes: Record<string, Record<string, string[]>> = {};
  for (const [flag, action, type] of scopeFlags) {
    const ids = flags[flag];
    if (ids !== undefined) {
      scopes[action] = { ...scopes[action], [type]: ids };
    }
  }
  if (Object.keys(scopes).length === 0) {
    const names = scopeFlags.map(([flag]) => `--${flag}`).join(', ');
    throw new ConnectorError('input_invalid', `Say what the token is for, with any of ${names}.`);
  }
  const triggers = scopes['trigger'] !== undefined || scopes['batchTrigger'] !== undefined;
  return {
    scopes: flattenScopes(scopes as TokenScopes).scopes,
    expirationTime: flags.expires,
    ...(triggers && { oneTimeUse: flags['multiple-use'] !== true }),
  };
}

async function create(context: Context): Promise<void> {
  const request = requestOf(context);
  const connection = await connectionOf(context);
  refuseMinting(connection);
  const made = await mintNow(connection, callerFor(connection), request, Date.now());
  const { expiresAt } = inspectToken(made);
  print(context, { token: made, expiresAt }, [made]);
}

const time = (seconds: number | undefined) =>
  seconds === undefined ? 'never' : new Date(seconds * 1000).toISOString();

async function inspect(context: Context): Promise<void> {
  // A token is a credential too, so it is read and never an argument.
  const inspection = inspectToken((await context.readStdin()).trim());
  const { environment = 'unknown', expired, expiresAt, kind, permissions, singleUse } = inspection;
  const lines = [
    `${kind === 'triggerToken' ? 'trigger token' : 'public access token'}${singleUse ? ', good for one trigger' : ''}`,
    `environment  ${environment}`,
    `expires      ${time(expiresAt)}${expired ? ' (has expired)' : ''}`,
    ...(permissions.length === 0 ? ['do nothing'] : permissions).map(
      (permission, index) => `${(index === 0 ? 'may' : '').padEnd(13)}${permission}`,
    ),
    'The signature was not checked.',
  ];
  print(context, inspection, lines);
}

/** Mints a token, or says what one is. */
export async function token(context: Context): Promise<void> {
  const [what] = context.operands;
  if (what === 'create') {
    return create(context);
  }
  if (what === 'inspect') {
    return inspect(context);
  }
  throw new ConnectorError('input_invalid', 'token create --read-run run_1234 --expires 1hr, or token inspect < file');
}
