const restMs = 1_000;

/** Does a piece of work once nothing has happened for a second, so that nobody waits for it. */
export class AtRest {
  readonly #work: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** Something happened. */
  disturb(): void {
    this.#timer ??= setTimeout(this.#work, restMs).unref();
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
