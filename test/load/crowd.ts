import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Calls, Source } from './calls.js';

/** What a client does in turn; how often a kind stands here is how often it comes. */
const turns = [
  'connect',
  ...['records', 'records', 'action', 'static file'],
  ...['records', 'records', 'start a task', 'action'],
  ...['records', 'sync/status', 'records', 'action'],
  ...['records', 'records', 'static file', 'action'],
  ...['records', 'records', 'sync/trigger'],
] as const;

type Kind = (typeof turns)[number];

/** What is not told by its kind: the first request of a client to a host that was just started, all of them at once. */
const rush = 'first of each';

const rows: readonly (Kind | typeof rush)[] = [...new Set([...turns.toSorted(), rush] as const)];

export interface CrowdOptions {
  readonly calls: Calls;
  readonly host: { readonly isDown: boolean; readonly lives: number };
  readonly clients: number;
  /** The connections that are read and used. */
  readonly ids: readonly string[];
  /** Those whose key is replaced again and again: a run of theirs that is under way ends, as the key is another. */
  readonly replaced: readonly (Source & { readonly id: string })[];
}

/** Clients of one host, each with one request under way at any time. */
export class Crowd {
  /** Milliseconds of each request that was answered. */
  readonly latencies = new Map<Kind | typeof rush, number[]>(rows.map((row) => [row, []]));
  /** Whatever was not answered as it should be. */
  readonly problems: string[] = [];
  /** The idempotency keys of the tasks that were started, each once. */
  readonly startedTasks = new Set<string>();
  readonly #options: CrowdOptions;
  readonly #work: Readonly<Record<Kind, (id: string, place: number) => () => Promise<Answer>>>;

  constructor(options: CrowdOptions) {
    const { calls, replaced } = options;
    this.#options = options;
    this.#work = {
      connect: (_, place) => {
        const own = replaced[place % replaced.length] as (typeof replaced)[number];
        return () => calls.connect(own.id, own);
      },
      'start a task': (id) => {
        const key = randomUUID();
        this.startedTasks.add(key);
        return () => calls.startTask(id, key);
      },
      action: (id) => () => calls.listRuns(id),
      records: (id) => () => calls.records(id, 20),
      'static file': (id) => () => calls.file(id),
      // Not the sync whose own starts are watched.
      'sync/trigger': (id) => () => calls.startSync(id, 'env-vars'),
      'sync/status': (id) => () => calls.syncStatus(id),
    };
  }

  /** Until then, in milliseconds since 1970. */
  async work(until: number): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.clients }, (_, place) => this.#client(place, until)));
  }

  async #client(place: number, until: number): Promise<void> {
    const { ids } = this.#options;
    const id = ids[place % ids.length] ?? '';
    let life = 0;
    for (let turn = place; Date.now() < until; turn += 1) {
      const kind = turns[turn % turns.length] ?? 'records';
      const answered = await this.#answered(kind, this.#work[kind](id, place));
      if (answered !== undefined) {
        this.latencies.get(answered.life === life ? kind : rush)?.push(answered.ms);
        life = answered.life;
      }
    }
  }

  /** One request; what the kill cut off is sent again, as a platform would. Returns how long it took, and which life of the host answered. */
  async #answered(kind: Kind, send: () => Promise<Answer>): Promise<{ ms: number; life: number } | undefined> {
    const { host } = this.#options;
    for (;;) {
      const startedAt = performance.now();
      const wasDown = host.isDown;
      try {
        const { body, status } = await send();
        if (status !== (kind === 'connect' ? 201 : 200)) {
          this.problems.push(`${kind}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
        }
        return { ms: performance.now() - startedAt, life: host.lives };
      } catch (error) {
        if (!host.isDown && !wasDown) {
          this.problems.push(`${kind}: ${String(error)}`);
          return undefined;
        }
        await wait(100);
      }
    }
  }
}
