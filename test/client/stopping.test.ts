import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { whenAborted } from '../../src/client/stopping.js';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('whenAborted', () => {
  it('stops all that are under way, and none that has ended', () => {
    const controller = new AbortController();
    const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()];
    whenAborted(controller.signal, first);
    const release = whenAborted(controller.signal, second);
    whenAborted(controller.signal, third);
    release();
    controller.abort();
    expect([first, second, third].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
  });

  it('has one listener a signal, and none when nothing is under way', () => {
    const { signal } = new AbortController();
    const releases = [whenAborted(signal, vi.fn()), whenAborted(signal, vi.fn()), whenAborted(signal, vi.fn())];
    expect(listeners(signal)).toBe(1);
    for (const release of releases) {
      release();
      release();
    }
    expect(listeners(signal)).toBe(0);
    whenAborted(signal, vi.fn());
    expect(listeners(signal)).toBe(1);
  });

  it('gives a place that is free again to the next, and to no other', () => {
    const controller = new AbortController();
    const [first, second] = [vi.fn(), vi.fn()];
    whenAborted(controller.signal, vi.fn());
    const release = whenAborted(controller.signal, first);
    release();
    whenAborted(controller.signal, second);
    release();
    controller.abort();
    expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  });

  it('does not stop what another stop ended', () => {
    const controller = new AbortController();
    const other = vi.fn();
    const releases: (() => void)[] = [];
    whenAborted(controller.signal, () => releases[0]?.());
    releases.push(whenAborted(controller.signal, other));
    controller.abort();
    expect(other).not.toHaveBeenCalled();
  });
});
