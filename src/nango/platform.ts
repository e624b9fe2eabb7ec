import { ConnectorError, redact } from '../errors/index.js';
import type { NangoSync } from './nango.js';

// The error classes of Nango's runner are of another realm: its codes tell them.
const stops: ReadonlySet<unknown> = new Set(['script_aborted', 'execution_interrupted', 'execution_timeout']);

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Is the function to end, stopped or out of time? Nango ignores the rest of a run only where its own error leaves it. */
export const isStop = (error: unknown): boolean => stops.has(codeOf(error));

/** The code in a response of Nango's own API: `{"error":{"code":…}}`, which Trigger.dev never sends. */
export function nangoCode(body: unknown): string | undefined {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  const code = typeof error === 'object' && error !== null ? codeOf(error) : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What failed is Nango, or the local host: not Trigger.dev, and not the key. Passing: the next run goes on from here. */
export function platformError(what: string, why: string | undefined): ConnectorError {
  const reason = why === undefined ? '' : ` (${redact(why).slice(0, 100)})`;
  return new ConnectorError(
    'platform_error',
    `Nango could not ${what}${reason}. Trigger.dev is not the cause. Run the function again; a sync goes on from its checkpoint.`,
  );
}

/** The code that a message of Nango's runner quotes; the rest of it may quote records. */
const quotedCode = (error: unknown) =>
  /"code":"(\w{1,64})"/.exec(error instanceof Object ? String((error as Error).message) : '')?.[1];

/** Runs a call of Nango's own. Throws `platform_error` where it fails; a stop and our own errors stay what they are. */
export async function onPlatform<Result>(what: string, call: () => Result): Promise<Awaited<Result>> {
  try {
    return await call();
  } catch (error) {
    if (isStop(error) || error instanceof ConnectorError) {
      throw error;
    }
    const response: unknown =
      typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
    const body = typeof response === 'object' && response !== null && 'data' in response ? response.data : undefined;
    throw platformError(what, nangoCode(body) ?? quotedCode(error));
  }
}

type Records = Pick<
  NangoSync,
  'batchSave' | 'batchDelete' | 'trackDeletesStart' | 'trackDeletesEnd' | 'getRecordsByIds'
>;

/** What a sync asks of Nango besides the proxy, with `platform_error` where it fails. */
export interface Platform {
  save(records: { id: string }[], model: string): Promise<void>;
  /** Deletes those that are stored: Nango makes a deleted record of each id that it never had, again each time. */
  remove(records: { id: string }[], model: string): Promise<void>;
  /** Is there a record of that id, perhaps a deleted one? */
  has(id: string, model: string): Promise<boolean>;
  trackDeletesStart(model: string): Promise<void>;
  trackDeletesEnd(model: string): Promise<void>;
  metadata(): Promise<unknown>;
  checkpoint(): Promise<unknown>;
  saveCheckpoint(checkpoint: Record<string, string | number | boolean>): Promise<void>;
}

const idsAtOnce = 100;

const isLive = (record: unknown) => {
  const about: unknown =
    typeof record === 'object' && record !== null && '_nango_metadata' in record ? record._nango_metadata : undefined;
  return !(typeof about === 'object' && about !== null && 'deleted_at' in about && about.deleted_at);
};

async function storedOf(nango: Records, records: { id: string }[], model: string): Promise<{ id: string }[]> {
  const stored: { id: string }[] = [];
  for (let from = 0; from < records.length; from += idsAtOnce) {
    const some = records.slice(from, from + idsAtOnce);
    const ids = some.map(({ id }) => id);
    const found = await onPlatform('look up records', () => nango.getRecordsByIds(ids, model));
    stored.push(...some.filter(({ id }) => found.has(id) && isLive(found.get(id))));
  }
  return stored;
}

export function platformOf(nango: NangoSync): Platform {
  return {
    save: async (records, model) => {
      await onPlatform('save records', () => nango.batchSave(records, model));
    },
    remove: async (records, model) => {
      const stored = await storedOf(nango, records, model);
      if (stored.length > 0) {
        await onPlatform('delete records', () => nango.batchDelete(stored, model));
      }
    },
    has: async (id, model) => (await onPlatform('look up a record', () => nango.getRecordsByIds([id], model))).has(id),
    trackDeletesStart: async (model) => {
      await onPlatform('track deletes', () => nango.trackDeletesStart(model));
    },
    trackDeletesEnd: async (model) => {
      await onPlatform('delete what is gone', () => nango.trackDeletesEnd(model));
    },
    metadata: () => onPlatform('read the metadata', () => nango.getMetadata()),
    checkpoint: () => onPlatform('read the checkpoint', () => nango.getCheckpoint()),
    saveCheckpoint: async (checkpoint) => {
      await onPlatform('save the checkpoint', async () => {
        // Nango looks for a stop only after the write: a run that was reset would put its old checkpoint back.
        await nango.batchDelete([], '');
        await nango.saveCheckpoint(checkpoint);
      });
    },
  };
}
