// Taken when loaded: a test that stops the clock does not stop this.
const { setImmediate } = globalThis;

/** A turn of the event loop: whatever waits is answered before it ends. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let last: Promise<void> = Promise.resolve();

/** As `turn`, and never two in one: for pieces of work that are long, though each is short enough by itself. */
export function ownTurn(): Promise<void> {
  last = last.then(turn);
  return last;
}
