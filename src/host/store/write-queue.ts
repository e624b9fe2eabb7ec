import { ConnectorError } from '../../errors/index.js';
import { isLockedOut } from './guarded.js';

interface Waiting {
  readonly attempt: () => void;
  readonly fail: (error: unknown) => void;
  until: number;
}

/** So long a write waits for another process to end its own. */
const patienceMs = 30_000;

/** A lock is looked at again so often; one look takes two milliseconds. */
const againMs = 50;

/** Those that waited are written for so long in one turn of the event loop. */
const turnMs = 10;

/**
 * Writes that do not hold the process while another one has the lock of the file: they wait in the order in which they
 * came, and everything else goes on.
 */
export class WriteQueue {
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #patienceMs = patienceMs;

  /**
   * Does the work now, or as soon as the file can be written to; `store_locked` after 30 seconds. It may be begun again
   * from its start, so its first write comes before anything that may happen only once.
   */
  run<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const attempt = () => resolve(work());
      if (this.#waiting.length > 0 || !this.#isDone(attempt, reject, 0)) {
        this.#waiting.push({ attempt, fail: reject, until: performance.now() + this.#patienceMs });
        this.#timer ??= setTimeout(this.#again, againMs);
      }
    });
  }

  /** Was it done, or did it fail for good? */
  #isDone(attempt: () => void, fail: (error: unknown) => void, until: number): boolean {
    try {
      attempt();
    } catch (error) {
      if (isLockedOut(error) && (until === 0 || performance.now() < until)) {
        return false;
      }
      fail(error);
    }
    return true;
  }

  readonly #again = (): void => {
    this.#timer = undefined;
    const startedAt = performance.now();
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const isLate = performance.now() - startedAt > turnMs;
      if (isLate || !this.#isDone(first.attempt, first.fail, first.until)) {
        this.#timer = setTimeout(this.#again, isLate ? 0 : againMs);
        return;
      }
      this.#waiting.shift();
    }
  };

  /** From here on nothing waits longer than this, what waits now included: who ends a process does not wait for another. */
  hurry(milliseconds: number): void {
    this.#patienceMs = milliseconds;
    const until = performance.now() + milliseconds;
    for (const waiting of this.#waiting) {
      waiting.until = Math.min(waiting.until, until);
    }
  }

  /** What still waits is tried once more, and is given up where it cannot be done. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { attempt, fail } of this.#waiting.splice(0)) {
      if (!this.#isDone(attempt, fail, Number.POSITIVE_INFINITY)) {
        fail(new ConnectorError('aborted'));
      }
    }
  }
}
