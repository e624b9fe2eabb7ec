import { isDeepStrictEqual } from 'node:util';
import { verifyConnection } from '../../client/index.js';
import { connectionFromNango, egressProblem, type FieldTable, fields } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import { configIssues } from '../../host/given-config.js';
import { endUser, tags } from '../../host/http/nango/end-user.js';
import { integrationId } from '../../host/nango-connection.js';

/** A connection as both sides give it. */
export interface FullConnection {
  readonly connection_id: string;
  readonly credentials: { readonly type: string; readonly apiKey: string };
  readonly connection_config: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly end_user: Readonly<Record<string, unknown>> | null;
}

const filled = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));

/** For Nango, whose provider entry puts `https://` in front, and which knows each field by one name. */
export function nangoConfig(
  config: Readonly<Record<string, unknown>>,
  table: FieldTable = fields,
): Record<string, unknown> {
  const renamed = table.config.filter(({ name, nangoName }) => name !== nangoName && Object.hasOwn(config, name));
  const names = new Set(renamed.map(({ name }) => name));
  const { baseUrl, ...others } = Object.fromEntries(Object.entries(config).filter(([name]) => !names.has(name)));
  const host = typeof baseUrl === 'string' ? baseUrl.trim().replace(/^https:\/\/|\/$/gi, '') : baseUrl;
  return {
    ...(host !== undefined && { baseUrl: host }),
    ...others,
    ...Object.fromEntries(
      renamed
        .filter(({ name }) => config[name])
        .map(({ name, nangoName }) => [nangoName, others[nangoName] || config[name]]),
    ),
  };
}

/** The body of the import that makes the same connection elsewhere. */
export function importOf(connection: FullConnection, isForNango: boolean): Record<string, unknown> {
  const { connection_config, connection_id, credentials, end_user, metadata } = connection;
  const { organization: _, ...user } = end_user ?? {};
  return {
    connection_id,
    provider_config_key: integrationId,
    credentials: { type: credentials.type, apiKey: credentials.apiKey },
    connection_config: isForNango ? nangoConfig(connection_config) : connection_config,
    metadata: metadata ?? {},
    tags: connection.tags ?? {},
    ...(end_user && { end_user: filled(user) }),
  };
}

/** As Nango would have it, so that a connection is the same one on its way back. */
const compared = (config: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(filled(nangoConfig(config))).filter(([, value]) => value !== ''));

/** Is what is there already what would be made? */
export const isSame = (there: FullConnection, wanted: Readonly<Record<string, unknown>>) =>
  there.credentials.apiKey === (wanted['credentials'] as FullConnection['credentials']).apiKey &&
  isDeepStrictEqual(
    compared(there.connection_config),
    compared(wanted['connection_config'] as FullConnection['connection_config']),
  );

export interface Looked {
  /** What the other side would refuse. */
  readonly refusal?: string;
  readonly warnings: readonly string[];
}

interface Parsed {
  readonly error?: { readonly issues: readonly { readonly message: string; readonly path: PropertyKey[] }[] };
}

const problemsOf = (what: string, { error }: Parsed) =>
  error === undefined
    ? []
    : [`Its ${what}: ${error.issues.map(({ message, path }) => [...path.map(String), message].join(': ')).join(' ')}`];

/** Nango refuses an import only after it has begun to run its syncs, so everything is looked at before. */
export async function look(
  connection: FullConnection,
  wanted: Readonly<Record<string, unknown>>,
  { isForNango, isNango, signal }: { isForNango: boolean; isNango: boolean; signal: AbortSignal },
): Promise<Looked> {
  const config = wanted['connection_config'] as Readonly<Record<string, unknown>>;
  const refused = (refusal: string): Looked => ({ refusal, warnings: [] });
  if (isNango && /^http:/i.test(String(config['baseUrl'] ?? ''))) {
    return refused('Nango reaches its hosts by https only, and this one is http.');
  }
  const problems = [
    ...problemsOf('tags', tags.safeParse(wanted['tags'])),
    ...problemsOf('user', endUser.optional().safeParse(wanted['end_user'])),
    ...(isNango ? [] : configIssues(config).map(({ message }) => message)),
  ];
  if (problems.length > 0) {
    return refused(problems.join(' '));
  }
  try {
    const policy = { allowHttp: true, allowPrivateHosts: true };
    const own = connectionFromNango({ credentials: connection.credentials, connection_config: config }, policy, {
      asForm: true,
    });
    // Whoever connected at Nango chose that host: only the host of the import may call it, by its own rules.
    if (!isForNango) {
      return { warnings: [] };
    }
    const { message, status } = await verifyConnection(own, { timeoutMs: 20_000, signal });
    if (status === 'rejected' || status === 'unverifiable') {
      return refused(message);
    }
    const isPublic = egressProblem(new URL(own.baseUrl).hostname, {}) === undefined;
    const warning = 'Its host is no public one: Nango has to be told to allow it (NANGO_OUTBOUND_URL_POLICY).';
    return { warnings: isNango && !isPublic ? [warning] : [] };
  } catch (error) {
    if (error instanceof ConnectorError && error.code !== 'aborted') {
      return refused(error.message);
    }
    throw error;
  }
}
