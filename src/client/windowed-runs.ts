import type { EndpointInput, Run } from '../api/index.js';
import { runsList } from '../api/index.js';
import { ConnectorError } from '../errors/index.js';
import { buildRequest } from '../gate/index.js';
import type { Call } from './caller.js';
import type { Cursor, CursorAnswer } from './pages.js';
import { type Bounds, cursorOf, further, narrower, older, type Window, whole, windowOf } from './run-window.js';
import type { RequestOptions } from './send.js';

type Input = Omit<EndpointInput<'runs.list'>, 'after' | 'before'>;

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const timeOf = (value: string | number | undefined) => (value === undefined ? undefined : new Date(value).getTime());

/** Asked only of an input that passed the gate. A `from` of zero counts as none, as it does there. */
function boundsOf({ from, period, to }: Input, now: number): Bounds {
  const end = Math.min(timeOf(to) ?? now, now);
  const origin =
    period === undefined
      ? timeOf(from) || undefined
      : end - Number(period.slice(0, -1)) * (units[period.slice(-1)] ?? Number.NaN);
  return { origin, end };
}

/** How it is worded is not documented, so only the status counts. */
const isTooMuch = (error: unknown) =>
  error instanceof ConnectorError && error.endpoint === 'runs.list' && error.status === 422;

const iso = (ms: number) => new Date(ms).toISOString();

/** The pages of one list. `reached`: when the last run was created that the caller has already, if known. */
export type RunPages = (position: Cursor, reached?: string) => Promise<CursorAnswer<Run>>;

/**
 * The pages of `runs.list` in one environment, each in one request. A server that refuses the time window as too much
 * is asked again for a part of it: newest first, window by window, narrower while it refuses and wider while there is
 * little in them. Pages then end with their window, so they may be short, and go forward only.
 */
export function windowedRuns(call: Call, input: Input, options: RequestOptions | undefined): RunPages {
  let last: { next: string; reached: string } | undefined;

  const remember = (page: CursorAnswer<Run>, next: string | null | undefined) => {
    const reached = page.data.at(-1)?.createdAt ?? last?.reached;
    last = next && reached !== undefined ? { next, reached } : undefined;
  };

  const listed = ({ after, from, to }: Window) => {
    const { from: _, period: __, to: end, ...rest } = input;
    const top = to === undefined ? end : iso(to);
    const bounds = { from: iso(from), ...(top !== undefined && { to: top }) };
    return call(runsList, { ...rest, ...bounds, ...(after !== undefined && { after }) }, options);
  };

  async function walk(first: Window, bounds: Bounds): Promise<CursorAnswer<Run>> {
    for (let window = first; ; ) {
      let page: CursorAnswer<Run>;
      try {
        page = await listed(window);
      } catch (error) {
        const half = isTooMuch(error) ? narrower(window, bounds) : undefined;
        if (half === undefined) {
          throw error;
        }
        window = half;
        continue;
      }
      const { data } = page;
      const cursor = page.pagination.next;
      const next = cursor ? further(window, cursor) : older(window, bounds, data.length === 0);
      if (cursor || data.length > 0 || next === undefined) {
        return { data, pagination: next === undefined ? {} : { next: cursorOf(next) } };
      }
      window = next;
    }
  }

  return async (position, reached) => {
    const { after, before } = position;
    const window = after === undefined ? undefined : windowOf(after);
    if (window !== undefined) {
      // The rest of the input is checked here, since the window takes the place of some of it.
      buildRequest(call.connection, runsList, { ...input, ...position, after: 'window' });
      return walk(window, boundsOf(input, call.now()));
    }
    try {
      const page = await call(runsList, { ...input, ...position }, options);
      remember(page, before === undefined ? page.pagination.next : undefined);
      return page;
    } catch (error) {
      if (!isTooMuch(error) || before !== undefined) {
        throw error;
      }
      const bounds = boundsOf(input, call.now());
      const known = reached ?? (last?.next === after ? last?.reached : undefined);
      const half = narrower(whole(bounds, timeOf(known), after), bounds);
      if (half === undefined) {
        throw error;
      }
      return walk(half, bounds);
    }
  };
}
