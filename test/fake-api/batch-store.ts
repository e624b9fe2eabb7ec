import { randomRunBody } from './random.js';
import type { EnvName, FakeBatch, NewBatch } from './types.js';

export class BatchStore {
  readonly #now: () => number;
  readonly #byId = new Map<string, FakeBatch>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get(id: string): FakeBatch | undefined {
    return this.#byId.get(id);
  }

  withKey(env: EnvName, idempotencyKey: string): FakeBatch | undefined {
    return [...this.#byId.values()].find((batch) => batch.env === env && batch.idempotencyKey === idempotencyKey);
  }

  add(env: EnvName, batch: NewBatch): FakeBatch {
    const createdAt = batch.createdAt ?? new Date(this.#now()).toISOString();
    const added: FakeBatch = {
      id: `batch_${randomRunBody()}`,
      updatedAt: createdAt,
      runs: [],
      indexes: new Set(),
      sealed: false,
      ...batch,
      createdAt,
      env,
    };
    this.#byId.set(added.id, added);
    return added;
  }
}
