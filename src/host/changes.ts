const nothing = () => undefined;

/** Changes of connections: one at a time for each, and known to whoever must not start something meanwhile. */
export class Changes {
  readonly #underWay = new Map<string, Promise<void>>();

  has(id: string): boolean {
    return this.#underWay.has(id);
  }

  async run<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const change = (this.#underWay.get(id) ?? Promise.resolve()).then(work);
    const settled = change.then(nothing, nothing);
    this.#underWay.set(id, settled);
    try {
      return await change;
    } finally {
      if (this.#underWay.get(id) === settled) {
        this.#underWay.delete(id);
      }
    }
  }
}
