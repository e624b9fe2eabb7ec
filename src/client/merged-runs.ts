import type { Run } from '../api/index.js';
import { cycleDetector, type EndpointInput, projectsEnvironments, runsList } from '../api/index.js';
import { type Environment, environmentNamed } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';
import { buildRequest } from '../gate/index.js';
import type { Call } from './caller.js';
import type { Cursor, CursorAnswer } from './pages.js';
import type { RequestOptions } from './send.js';
import { type RunPages, windowedRuns } from './windowed-runs.js';

type Input = EndpointInput<'runs.list'>;

/** Where the list of one environment stands: the cursor of its page, and the run that was handed out last. */
interface Stand {
  readonly environment: Environment;
  readonly after?: string;
  readonly last?: Pick<Run, 'id' | 'createdAt'>;
}

/** Not dev: with a token, the server mixes those of all members there. */
const merged: readonly Environment[] = ['staging', 'prod', 'preview'];

const write = (stands: readonly Stand[]) => btoa(encodeURIComponent(JSON.stringify(stands)));

function isStand(value: unknown): value is Stand {
  const { after = '', environment, last } = (value ?? {}) as Partial<Stand>;
  return (
    merged.some((name) => name === environment) &&
    typeof after === 'string' &&
    (last === undefined || (typeof last?.id === 'string' && typeof last.createdAt === 'string'))
  );
}

function read(cursor: string): Stand[] {
  try {
    const stands: unknown = JSON.parse(decodeURIComponent(atob(cursor)));
    if (Array.isArray(stands) && stands.every(isStand)) {
      return stands;
    }
  } catch {
    // Told below.
  }
  throw new ConnectorError('input_invalid', 'runs.list: this is not a cursor of a list over several environments.', {
    path: 'after',
    endpoint: 'runs.list',
  });
}

type Fetch = (stand: Stand) => Promise<CursorAnswer<Run>>;

const createdAt = (run: Pick<Run, 'createdAt'>) => Date.parse(run.createdAt) || 0;

/** What of a page comes after a run; runs that arrived meanwhile stand before it, and may have moved it to a later page. */
function rest(page: readonly Run[], last: Stand['last']): Run[] {
  const index = page.findIndex(({ id }) => id === last?.id);
  return index >= 0
    ? page.slice(index + 1)
    : page.filter((run) => last === undefined || createdAt(run) <= createdAt(last));
}

/** The runs of one environment one by one, newest first; pages are fetched as they are needed. */
class Source {
  #stand: Stand;
  #page: Run[] | undefined;
  #next: string | undefined;
  readonly #goesRound = cycleDetector();
  readonly #fetch: Fetch;

  constructor(stand: Stand, fetch: Fetch) {
    this.#stand = stand;
    this.#fetch = fetch;
  }

  /** What comes next, or nothing at the end. A page may be empty and still have a next one. */
  async head(): Promise<Run | undefined> {
    for (;;) {
      if (this.#page === undefined) {
        const { data, pagination } = await this.#fetch(this.#stand);
        this.#page = rest(data, this.#stand.last);
        this.#next = pagination.next || undefined;
      }
      const [run] = this.#page;
      if (run !== undefined || this.#next === undefined) {
        return run;
      }
      if (this.#goesRound(this.#next)) {
        throw new ConnectorError(
          'cursor_cycle',
          'The server gave the same page cursor twice; stopped instead of looping.',
        );
      }
      this.#stand = { ...this.#stand, after: this.#next };
      this.#page = undefined;
    }
  }

  take(): void {
    const run = this.#page?.shift();
    if (run !== undefined) {
      this.#stand = { ...this.#stand, last: { id: run.id, createdAt: run.createdAt } };
    }
  }

  get stand(): Stand {
    return this.#stand;
  }
}

async function nextPage(sources: readonly Source[], limit: number): Promise<CursorAnswer<Run>> {
  const data: Run[] = [];
  for (;;) {
    const heads = await Promise.all(sources.map((source) => source.head()));
    let newest = -1;
    for (const [index, run] of heads.entries()) {
      const best = heads[newest];
      if (run !== undefined && (best === undefined || createdAt(run) > createdAt(best))) {
        newest = index;
      }
    }
    const run = heads[newest];
    if (run === undefined) {
      return { data, pagination: {} };
    }
    if (data.length === limit) {
      return { data, pagination: { next: write(sources.map(({ stand }) => stand)) } };
    }
    data.push(run);
    sources[newest]?.take();
  }
}

/**
 * The pages of `runs.list`. A token without an environment gets those of staging, prod and preview as one list,
 * newest first: the server answers for one environment a request.
 */
export function mergedRuns(
  call: Call,
  input: Input,
  options: RequestOptions | undefined,
): (position: Cursor) => Promise<CursorAnswer<Run>> {
  const { connection } = call;
  if (connection.kind !== 'pat' || (input.environment ?? connection.environment) !== undefined) {
    return windowedRuns(call, input, options);
  }
  const limit = input.limit ?? 25;
  const lists = new Map<Environment, RunPages>();
  const fetch: Fetch = ({ after, environment, last }) => {
    const list = lists.get(environment) ?? windowedRuns(call, { ...input, environment }, options);
    lists.set(environment, list);
    return list(after === undefined ? {} : { after }, last?.createdAt);
  };
  // The page after the last one goes on with what was already fetched.
  let ready: { cursor: string; sources: Source[] } | undefined;

  async function start(): Promise<Source[]> {
    // What is wrong with the call is said before the environments are asked for.
    buildRequest(connection, runsList, { ...input, environment: 'prod' });
    const { projectRef } = input;
    const environments = await call(projectsEnvironments, projectRef === undefined ? {} : { projectRef }, options);
    const present = new Set(environments.map(({ slug }) => environmentNamed(slug)));
    return merged
      .filter((environment) => present.has(environment))
      .map((environment) => new Source({ environment }, fetch));
  }

  return async ({ after, before }) => {
    if (before !== undefined) {
      throw new ConnectorError('input_invalid', 'runs.list: a list over several environments goes forward only.', {
        path: 'before',
        endpoint: 'runs.list',
      });
    }
    const sources =
      after === undefined
        ? await start()
        : ready?.cursor === after
          ? ready.sources
          : read(after).map((stand) => new Source(stand, fetch));
    ready = undefined;
    const page = await nextPage(sources, limit);
    if (page.pagination.next) {
      ready = { cursor: page.pagination.next, sources };
    }
    return page;
  };
}
