import { verifyConnection } from '../../client/index.js';
import { ConnectorError } from '../../errors/index.js';
import { summarise } from '../../host/summary.js';
import { connectionOf } from '../connection.js';
import { type Context, print } from '../context.js';

/** Checks the connection by the rules and against the API. Nothing is stored. */
export async function connect(context: Context): Promise<void> {
  const connection = await connectionOf(context);
  const verdict = await verifyConnection(connection, { signal: context.signal });
  if (verdict.status === 'rejected' || verdict.status === 'unverifiable') {
    throw new ConnectorError(verdict.code ?? 'unauthorized', verdict.message);
  }
  const summary = summarise(connection);
  const environments = verdict.environments?.map((environment) => environment.slug);
  const lines = [
    `${verdict.status}: ${verdict.message}`,
    `id           ${summary.id}`,
    `key          ${connection.key}`,
    `environment  ${summary.environment ?? environments?.join(', ') ?? ''}`,
    `project      ${summary.projectRef ?? '(the key’s own)'}`,
    `base URL     ${summary.baseUrl}`,
  ];
  print(context, { ...verdict, connection: summary }, lines);
}
