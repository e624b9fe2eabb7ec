/** More are not kept one by one: the window from the oldest of them is read again instead. */
export const mostTracked = 500;

/** The items that had not ended when they were last seen: id and creation time in milliseconds. */
export class OpenItems {
  /** Seen open in this pass. */
  #open: Map<string, number>;
  /** Open at the end of the last pass, and not seen in this one. */
  #unchecked: Map<string, number>;
  /** Creation time of the oldest, where there are too many; 0 otherwise. */
  #relistFrom: number;
  /** Too many at once while some were unchecked: only another pass sees those. */
  lost = false;

  constructor(open: Iterable<[string, number]>, unchecked: Iterable<[string, number]>, relistFrom: number) {
    this.#open = new Map(open);
    this.#unchecked = new Map(unchecked);
    this.#relistFrom = relistFrom;
  }

  get relistFrom(): number {
    return this.#relistFrom;
  }

  get open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  get unchecked(): ReadonlyMap<string, number> {
    return this.#unchecked;
  }

  startPass(): void {
    // What is still unchecked was undecided; it stays to be checked.
    this.#unchecked = new Map([...this.#unchecked, ...this.#open]);
    this.#open = new Map();
    this.#relistFrom = 0;
    this.lost = false;
  }

  isTracked(id: string): boolean {
    return this.#open.has(id) || this.#unchecked.has(id);
  }

  see(id: string, createdAt: number, isOpen: boolean): void {
    this.#unchecked.delete(id);
    if (!isOpen) {
      this.#open.delete(id);
    } else if (this.#relistFrom > 0) {
      this.#relistFrom = Math.min(this.#relistFrom, createdAt);
    } else {
      this.#open.set(id, createdAt);
      if (this.#open.size + this.#unchecked.size > mostTracked) {
        this.#giveUp();
      }
    }
  }

  forget(id: string): void {
    this.#unchecked.delete(id);
  }

  #giveUp(): void {
    this.lost = this.#unchecked.size > 0;
    this.#relistFrom = Math.min(...this.#open.values(), ...this.#unchecked.values());
    this.#open.clear();
    this.#unchecked.clear();
  }
}
