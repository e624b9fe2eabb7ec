import {
  daysUntilForgotten,
  daysUntilPruned,
  duplicateMessage,
  idsPerRequest,
  modelRefusal,
  type RecordsVerb,
  recordIdRefusal,
  recordsPerRequest,
  removeMetadata,
  requestRefusal,
  storedRecordId,
  untrackedRefusal,
} from '../../src/nango/limits.js';

type Body = Record<string, unknown>;

interface About {
  firstSeenAt: string;
  modifiedAt: string;
  cursor: number;
  isUpdated: boolean;
  deletedAt: string | null;
  /** With the text that the payload had. */
  pruned: { at: string; text: string } | null;
}

/** A record as it arrives: JSON, its id in front. */
const sentText = ({ id, ...rest }: Body) => JSON.stringify({ id, ...rest });

/** The records of a connection as Nango stores them, deleted ones too. */
export class FakeRecords {
  readonly live = new Map<string, Body>();
  /** With what each was deleted with. */
  readonly deleted = new Map<string, Body>();
  readonly changes = new Map<string, number>();
  readonly deletions: { id: string; wasStored: boolean }[] = [];
  readonly counts = { added: 0, updated: 0, deleted: 0 };
  /** What the syncs of the integration declare; a model that is not among them is refused, as on Nango. */
  models: readonly string[] = ['Run', 'Schedule', 'EnvVar', 'Session'];
  readonly #about = new Map<string, About>();
  /** By model: what was saved since its tracking started. */
  readonly #seen = new Map<string, Set<string>>();
  readonly #log: (level: 'error', message: string) => void;
  #cursor = 0;

  constructor(log: (level: 'error', message: string) => void) {
    this.#log = log;
  }

  /** In requests of a thousand: each as a whole, or not at all. */
  *#requests(verb: RecordsVerb, records: readonly unknown[], model: string): Generator<Map<string, Body>> {
    removeMetadata(records);
    for (let from = 0; from < records.length; from += recordsPerRequest) {
      const texts = (records.slice(from, from + recordsPerRequest) as Body[]).map(sentText);
      const refusal = requestRefusal(verb, texts);
      if (refusal !== undefined) {
        throw refusal;
      }
      const request = new Map<string, Body>();
      for (const [place, text] of texts.entries()) {
        const body = JSON.parse(text) as Body;
        const id = storedRecordId(body['id']);
        if (id === undefined) {
          throw recordIdRefusal(verb, body['id'], place);
        }
        if (request.has(id)) {
          this.#log('error', duplicateMessage(id, model));
        } else {
          request.set(id, body);
        }
      }
      if (!this.models.includes(model)) {
        throw modelRefusal(verb, model);
      }
      yield request;
    }
  }

  #changed(id: string, isAdded: boolean, deletedAt: string | null): void {
    const now = new Date().toISOString();
    const known = isAdded ? undefined : this.#about.get(id);
    this.#cursor += 1;
    this.#about.set(id, {
      firstSeenAt: known?.firstSeenAt ?? now,
      modifiedAt: now,
      cursor: this.#cursor,
      isUpdated: known !== undefined,
      deletedAt,
      pruned: null,
    });
    this.changes.set(id, (this.changes.get(id) ?? 0) + 1);
  }

  #see(model: string, ids: Iterable<string>): void {
    for (const id of ids) {
      this.#seen.get(model)?.add(id);
    }
  }

  save(records: readonly unknown[], model: string): void {
    for (const request of this.#requests('save', records, model)) {
      this.#see(model, request.keys());
      for (const [id, body] of request) {
        const known = this.live.get(id);
        const about = this.#about.get(id);
        const text = sentText(body);
        if (about?.pruned?.text === text) {
          // The payload is back; for a reader of changes nothing happened.
          this.#about.set(id, { ...about, pruned: null });
          this.live.set(id, body);
        } else if (known === undefined || sentText(known) !== text) {
          this.deleted.delete(id);
          this.live.set(id, body);
          this.#changed(id, known === undefined, null);
          this.counts[known === undefined ? 'added' : 'updated'] += 1;
        }
      }
    }
  }

  #markDeleted(id: string, body: Body): void {
    this.counts.deleted += this.live.delete(id) ? 1 : 0;
    this.deleted.set(id, body);
    this.#changed(id, false, new Date().toISOString());
  }

  delete(records: readonly unknown[], model: string): void {
    for (const request of this.#requests('delete', records, model)) {
      this.#see(model, request.keys());
      for (const [id, body] of request) {
        this.deletions.push({ id, wasStored: this.live.has(id) });
        this.#markDeleted(id, body);
      }
    }
  }

  byIds(ids: readonly string[]): Map<string, Body> {
    const found = new Map<string, Body>();
    for (let from = 0; from < ids.length; from += idsPerRequest) {
      for (const id of ids.slice(from, from + idsPerRequest)) {
        const record = this.read(id);
        if (record !== undefined) {
          found.set(id, record);
        }
      }
    }
    return found;
  }

  /** As a reader gets it; undefined where there is none. */
  read(id: string): Body | undefined {
    const body = this.live.get(id) ?? this.deleted.get(id);
    if (body === undefined) {
      return undefined;
    }
    const { cursor = 0, deletedAt = null, firstSeenAt, isUpdated, modifiedAt, pruned } = this.#about.get(id) ?? {};
    const last_action = deletedAt ? 'DELETED' : isUpdated ? 'UPDATED' : 'ADDED';
    return {
      ...structuredClone(body),
      id,
      _nango_metadata: {
        first_seen_at: firstSeenAt ?? '',
        last_modified_at: modifiedAt ?? '',
        last_action,
        deleted_at: deletedAt,
        pruned_at: pruned?.at ?? null,
        cursor: String(cursor),
      },
    };
  }

  /** An earlier start that never ended stays. */
  startTracking(model: string): void {
    if (!this.#seen.has(model)) {
      this.#seen.set(model, new Set());
    }
  }

  endTracking(model: string): string[] {
    const seen = this.#seen.get(model);
    if (seen === undefined) {
      throw untrackedRefusal(model);
    }
    this.#seen.delete(model);
    const unseen = [...this.live].filter(([id]) => !seen.has(id));
    for (const [id, body] of unseen) {
      this.#markDeleted(id, body);
    }
    return unseen.map(([id]) => id);
  }

  /** What Nango does to the payload of a record that did not change for 30 days. */
  prune(...ids: string[]): void {
    for (const id of ids) {
      const about = this.#about.get(id);
      const body = this.live.get(id);
      if (about !== undefined && body !== undefined) {
        this.#about.set(id, { ...about, pruned: { at: new Date().toISOString(), text: sentText(body) } });
        this.live.set(id, { id });
      }
    }
  }

  /** What Nango does to all of them when their sync did not run for so many days. */
  rest(days: number): void {
    if (days >= daysUntilForgotten) {
      this.live.clear();
      this.deleted.clear();
      this.#about.clear();
    } else if (days >= daysUntilPruned) {
      this.prune(...this.live.keys());
    }
  }
}
