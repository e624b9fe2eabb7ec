/**
 * Saves a checkpoint, never two at once: Nango locks a checkpoint by its version, so the second of two would be refused.
 * Whoever asks while one is under way waits for the next, which holds what they have done.
 */
export class CheckpointSaver {
  readonly #write: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(write: () => Promise<void>) {
    this.#write = write;
  }

  save(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#write().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.save();
    });
    return this.#next;
  }

  /** Waits until nothing is under way, however it ends: the next run must not meet a save of this one. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) {
      await this.#running.catch(() => undefined);
    }
  }
}
