import { ConnectorError } from '../errors/index.js';
import { integrationId } from './nango-connection.js';
import type { AboutConnection } from './store/kept-connections.js';
import type { SaveCounts } from './store/store.js';

/** A webhook as Nango sends it. Source: its `NangoWebhookBody` types. */
export interface Webhook {
  readonly type: 'auth' | 'sync' | 'async_action';
  readonly connectionId: string;
  readonly [field: string]: unknown;
}

/** Tells whoever listens; never throws and never waits. */
export type Tell = (webhook: Webhook) => void;

export const nobodyListens: Tell = () => undefined;

const shared = { from: 'nango', providerConfigKey: integrationId } as const;

/** Nango's name for the environment that every account begins with; a host has just one. */
const environment = 'dev';

function tellsUser(user: AboutConnection['endUser']) {
  const organization = user?.['organization'] as { readonly id?: unknown } | null | undefined;
  return (
    user && {
      endUserId: user['id'],
      ...(user['email'] !== null && { endUserEmail: user['email'] }),
      ...(organization && { organizationId: organization.id }),
      tags: user['tags'] ?? {},
    }
  );
}

/** A connection was made, or got another key. */
export function authWebhook(
  connectionId: string,
  isNew: boolean,
  { endUser = null, tags = {} }: Partial<Pick<AboutConnection, 'tags' | 'endUser'>> = {},
): Webhook {
  const operation = isNew ? 'creation' : 'override';
  const user = tellsUser(endUser);
  const about = { provider: integrationId, authMode: 'API_KEY', environment, tags, ...(user && { endUser: user }) };
  return { ...shared, type: 'auth', connectionId, operation, success: true, ...about };
}

/** A run of a sync, as far as it has come. */
export interface SyncRun {
  readonly connection: string;
  readonly sync: string;
  readonly models: readonly string[];
  /** Until a run has succeeded. */
  readonly isInitial: boolean;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** What was stored before and after it. */
  readonly checkpoints: { readonly from: unknown; readonly to: unknown };
}

function shownOf({ checkpoints, connection, isInitial, sync }: SyncRun) {
  const syncType = isInitial ? 'INITIAL' : 'INCREMENTAL';
  const about = { connectionId: connection, syncName: sync, syncVariant: 'base', syncType, checkpoints };
  return { ...shared, type: 'sync' as const, ...about };
}

/** A sync has ended well: one webhook per model. */
export function syncWebhooks(run: SyncRun, { added, deleted, updated }: SaveCounts): Webhook[] {
  const modifiedAfter = new Date(run.startedAt).toISOString();
  const about = { success: true, modifiedAfter, queryTimeStamp: modifiedAfter };
  return run.models.map((model) => ({
    ...shownOf(run),
    ...about,
    model,
    responseResults: { added, updated, deleted },
  }));
}

/** A sync has failed: one webhook for all its models. A crash has no payload: its text may quote anything. */
export function failedSyncWebhook(run: SyncRun, error: unknown): Webhook {
  const described =
    error instanceof ConnectorError
      ? {
          description: 'The action script failed with a runtime error',
          payload: { type: error.code, ...error.toJSON() },
        }
      : { description: 'The function crashed.' };
  return {
    ...shownOf(run),
    model: run.models.join(','),
    success: false,
    error: { type: 'script_error', ...described },
    startedAt: new Date(run.startedAt).toISOString(),
    failedAt: new Date().toISOString(),
  };
}

/** An action that ran by itself has ended, well or not: its result waits there. */
export const asyncActionWebhook = (connectionId: string, id: string): Webhook => ({
  ...shared,
  type: 'async_action',
  connectionId,
  payload: { id, statusUrl: `/action/${id}` },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON with sorted keys: some receivers check the signature of what they have parsed and written again. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
