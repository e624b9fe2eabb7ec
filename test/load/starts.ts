import type { LogEvent } from './host-process.js';

const isRuns = ({ sync }: LogEvent) => sync === 'runs';

/** When the runs of each connection started to be synced, in milliseconds since 1970. */
export function startsOf(events: readonly LogEvent[]): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, number[]>();
  for (const { connection = '', time } of events.filter((event) => event.event === 'sync.started' && isRuns(event))) {
    starts.set(connection, [...(starts.get(connection) ?? []), Date.parse(time)]);
  }
  return starts;
}

/** The longest time without a start, between the first moment and the last. */
export function longestWait(starts: readonly number[], from: number, until: number): number {
  const times = [from, ...starts, until];
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)));
}

/** Has a sync of its runs that started after that moment ended well? */
export function hasSyncedSince(events: readonly LogEvent[], id: string, since: number): boolean {
  const own = events.filter((event) => event.connection === id && isRuns(event));
  const place = own.findIndex(({ event, time }) => event === 'sync.started' && Date.parse(time) > since);
  return place >= 0 && own.slice(place).some(({ event }) => event === 'sync.finished');
}

/** Connections that a run was cut off for, and that no event says how it ended. */
export function cutOff(events: readonly LogEvent[]): ReadonlySet<string> {
  const open = new Map<string, string>();
  for (const { connection = '', event, sync } of events.filter(({ event }) => event.startsWith('sync.'))) {
    if (event === 'sync.started') {
      open.set(`${connection}/${sync}`, connection);
    } else {
      open.delete(`${connection}/${sync}`);
    }
  }
  return new Set(open.values());
}
