/** Whether a listener was called before the time was up, or the caller gave up. */
export function nextCall(listeners: Set<() => void>, waitMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const settle = (called: boolean) => (): void => {
      clearTimeout(timer);
      listeners.delete(onCall);
      signal.removeEventListener('abort', onEnd);
      resolve(called);
    };
    const onCall = settle(true);
    const onEnd = settle(false);
    const timer = setTimeout(onEnd, waitMs);
    listeners.add(onCall);
    signal.addEventListener('abort', onEnd);
  });
}
