type Stop = () => void;

interface Stops {
  /** Of each request that is under way; a place that is free again is undefined. */
  readonly places: (Stop | undefined)[];
  readonly listener: () => void;
}

const stopsOf = new WeakMap<AbortSignal, Stops>();

function listenTo(signal: AbortSignal): Stops {
  const places: (Stop | undefined)[] = [];
  const listener = () => {
    for (const stop of places) {
      stop?.();
    }
  };
  const stops = { places, listener };
  stopsOf.set(signal, stops);
  signal.addEventListener('abort', listener, { once: true });
  return stops;
}

/**
 * Calls `stop` when the signal aborts, until what it returns is called. One listener for all requests that are under
 * way, in places that are used again: a listener that was removed goes on to point at those that were added after it,
 * as does the inside of a `Set`. With requests side by side there is always one more, and what all of them read would
 * stay until the garbage collector looks at everything.
 */
export function whenAborted(signal: AbortSignal, stop: Stop): () => void {
  const { listener, places } = stopsOf.get(signal) ?? listenTo(signal);
  const free = places.indexOf(undefined);
  const place = free < 0 ? places.length : free;
  places[place] = stop;
  return () => {
    // Twice would free a place that another has taken.
    if (places[place] === stop) {
      places[place] = undefined;
    }
    if (places.every((other) => other === undefined)) {
      signal.removeEventListener('abort', listener);
      stopsOf.delete(signal);
    }
  };
}
