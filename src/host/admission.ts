import { envvarsList, targetFor, type Verification } from '../api/index.js';
import { callerFor, type Transport, verifyConnection } from '../client/index.js';
import {
  type Connection,
  type ConnectionPolicy,
  environmentNamed,
  type FieldTable,
  fields,
  isEnvironmentKey,
  parseConnection,
  placeOf,
} from '../connection/index.js';
import { ConnectorError, type ErrorCode, type Issue } from '../errors/index.js';

/** What an attempt to connect came to. */
export interface Admission {
  /** Only what works, or is a real key without that scope. */
  readonly connection?: Connection;
  readonly status: Verification['status'] | 'invalid';
  readonly code?: string;
  readonly message: string;
  readonly issues?: readonly Issue[];
  /** Our names of the environments of a token's project. */
  readonly environments?: readonly string[];
}

export interface AdmissionOptions {
  readonly policy: ConnectionPolicy;
  readonly transport?: Transport | undefined;
  /** Problems that were found before. */
  readonly problems?: readonly Issue[] | undefined;
}

const timeoutMs = 20_000;

/** The one way in, for forms and imports alike: the rules, then the API itself. */
export async function admit(
  values: unknown,
  { policy, problems = [], transport }: AdmissionOptions,
): Promise<Admission> {
  const parsed = parseConnection(values, policy);
  const issues = [...problems, ...(parsed.ok ? [] : parsed.issues)];
  if (!parsed.ok || issues.length > 0) {
    return { status: 'invalid', code: issues[0]?.code ?? 'input_invalid', message: 'Not sent.', issues };
  }
  const { connection } = parsed;
  const verdict = await verifyConnection(connection, { timeoutMs, ...(transport && { transport }) });
  const environments = verdict.environments?.map(({ slug }) => environmentNamed(slug) ?? slug);
  return {
    status: verdict.status,
    message: verdict.message,
    ...(verdict.code && { code: verdict.code }),
    ...(environments && { environments }),
    ...((verdict.status === 'valid' || verdict.status === 'limited') && { connection }),
  };
}

/** Codes with which a key says that it may not tell its project. */
const silent: ReadonlySet<ErrorCode> = new Set([
  'project_ref_required',
  'forbidden',
  'key_lacks_full_access',
  'not_found',
  'server_too_old',
]);

/**
 * Whose records a connection reads: host, project, environment and branch. Null where the server does not say: a
 * project ref that was typed proves nothing with a secret key, which reads its own project. Throws what may be over
 * the next time, because without the target nobody knows whether the records can stay.
 */
export async function targetOf(
  connection: Connection,
  transport?: Transport,
  table: FieldTable = fields,
): Promise<string | null> {
  const call = callerFor(connection, transport);
  try {
    const { projectRef: _typed, ...bare } = connection;
    const asked = isEnvironmentKey(connection.kind) ? bare : connection;
    const target = await targetFor(asked, envvarsList, {}, (endpoint, input) => call(endpoint, input, { timeoutMs }));
    return target.projectRef === undefined ? null : placeOf(target, table);
  } catch (error) {
    if (!(error instanceof ConnectorError) || !silent.has(error.code)) {
      throw error;
    }
    return null;
  }
}
