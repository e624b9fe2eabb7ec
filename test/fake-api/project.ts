import { BatchStore } from './batch-store.js';
import { ChannelStore } from './channel-store.js';
import { environmentNamed, fakeEnvironments, fakeUsers } from './environments.js';
import { generateRuns, RUNS_END } from './generate-runs.js';
import { generateSessions } from './generate-sessions.js';
import { additionalScopes, fakeKeys, type KeyName, otherProjectRef, projectRef } from './keys.js';
import type { ListGuard } from './list-guard.js';
import { randomRunBody } from './random.js';
import { RateLimiter, type RateLimitOptions } from './rate-limit.js';
import { RunStore } from './run-store.js';
import { ScheduleStore, seedSchedules } from './schedule-store.js';
import { SessionStore } from './session-store.js';
import type { EnvName, FakeEnvironment, FakeRun, FakeUser, FakeVariable, NewRun, RunPatch } from './types.js';
import { isTerminal } from './types.js';
import { type NewVariable, VariableStore } from './variables.js';

export interface FakeProjectOptions {
  /** Runs over all environments; nearly all of them in production. 3000 unless given. */
  runs?: number;
  /** How many runs of production are open, spread over its whole history. A few of the last days unless given. */
  openRuns?: number;
  /** Sessions of production. None unless given. */
  sessions?: number;
  /** How many of them are open, spread as the runs are. All unless given. */
  openSessions?: number;
  seed?: number;
  /** Milliseconds. The wall clock unless given, but never before the last generated run. */
  now?: () => number;
  rateLimit?: RateLimitOptions;
  /** How long realtime answers wait for a change, in milliseconds of the wall clock. 1000 unless given; really 20,000. */
  longPollMs?: number;
  /** How far the index behind the list of runs is behind. 0 unless given; really up to minutes. */
  listLagMs?: number;
  /** Which lists of runs are refused as too expensive. None unless given. */
  listGuard?: ListGuard;
}

export type Credential =
  | { kind: 'root'; label: KeyName; env: FakeEnvironment }
  | { kind: 'additional'; label: KeyName; env: FakeEnvironment; scopes: readonly string[] }
  | { kind: 'pat'; label: KeyName; user: FakeUser };

export interface Dedupe {
  runId: string;
  expiresMs: number;
}

export type FakeProject = ReturnType<typeof createFakeProject>;

export function createFakeProject(options: FakeProjectOptions = {}) {
  const { runs: total = 3000, seed = 1 } = options;
  const aheadMs = Math.max(0, RUNS_END - Date.now());
  const now = options.now ?? (() => Date.now() + aheadMs);
  const store = new RunStore();
  const share = (most: number): number => Math.min(most, Math.floor((total * most) / 300));
  const small = { stg: share(40), dev: share(20), 'preview:feature/one': share(10) } as const;
  const counts: [EnvName, number][] = [
    ['prod', total - small.stg - small.dev - small['preview:feature/one']],
    ...(Object.entries(small) as [EnvName, number][]),
  ];
  for (const [env, count] of counts) {
    const open = env === 'prod' ? atMost('openRuns', options.openRuns, count) : undefined;
    for (const run of generateRuns(env, count, seed, open)) {
      store.add(run);
    }
  }
  const sessions = new SessionStore(now);
  const { sessions: sessionCount = 0 } = options;
  const openSessions = atMost('openSessions', options.openSessions, sessionCount) ?? sessionCount;
  for (const session of generateSessions(sessionCount, openSessions, seed)) {
    sessions.add('prod', session);
  }
  const variables = new VariableStore();
  const schedules = new ScheduleStore();
  seedSchedules(schedules);

  const project = {
    ref: projectRef,
    otherRef: otherProjectRef,
    keys: fakeKeys,
    environments: fakeEnvironments,
    now,
    store,
    variables,
    schedules,
    credentials: credentialsByKey(),
    rateLimiter: new RateLimiter(now, options.rateLimit),
    longPollMs: options.longPollMs ?? 1000,
    listLagMs: options.listLagMs ?? 0,
    /** May be changed at any time. */
    listGuard: options.listGuard ?? ({} as ListGuard),
    /** Trigger requests seen before: idempotency keys, and request idempotency keys. */
    idempotency: new Map<string, Dedupe>(),
    requestIdempotency: new Map<string, string>(),
    batches: new BatchStore(now),
    sessions,
    channels: new ChannelStore(now),
    /** What has been started with a one-time token, `trigger` or `batch`, and in which environment. */
    spentTokens: new Set<string>(),

    environment: environmentNamed,

    /** Newest first. */
    runsOf(env: EnvName): FakeRun[] {
      return store
        .sorted(env)
        .filter(({ isGhost }) => !isGhost)
        .map((stored) => stored.run)
        .reverse();
    },

    run(id: string): FakeRun | undefined {
      return store.get(id)?.run;
    },

    createRun(env: EnvName, partial: NewRun = {}): FakeRun {
      const { id: envId, type } = environmentNamed(env);
      const createdAt = partial.createdAt ?? new Date(now()).toISOString();
      const run = withoutUndefined<FakeRun>({
        status: 'QUEUED',
        taskIdentifier: 'hello-task',
        isTest: false,
        tags: [],
        costInCents: 0,
        baseCostInCents: 0,
        durationMs: 0,
        depth: 0,
        region: type === 'DEVELOPMENT' ? envId : 'us-east-1',
        taskKind: 'STANDARD',
        attemptCount: 0,
        updatedAt: createdAt,
        ...partial,
        id: partial.id ?? `run_${randomRunBody()}`,
        createdAt,
        env,
      });
      store.add(run);
      return run;
    },

    updateRun(id: string, patch: RunPatch): FakeRun {
      const before = store.get(id)?.run;
      if (before === undefined) {
        throw new TypeError(`The fake project has no run "${id}".`);
      }
      const updatedAt = new Date(now()).toISOString();
      const after = withoutUndefined<FakeRun>({ ...before, updatedAt, ...patch });
      if (isTerminal(after.status) && !isTerminal(before.status) && !('finishedAt' in patch)) {
        after.finishedAt = updatedAt;
      }
      store.replace(after);
      return after;
    },

    /** What retention does at first: the run is gone, but the index still counts it. */
    purgeRun(id: string): void {
      store.purge(id);
    },

    /** What retention does in the end: the run is gone, without a trace. */
    removeRun(id: string): void {
      store.remove(id);
    },

    /** By name; a branch sees its parent's variables under its own. */
    variablesOf(env: EnvName): FakeVariable[] {
      return variables.of(env);
    },

    setVariable(env: EnvName, variable: NewVariable): void {
      variables.set(env, { isSecret: false, ...variable });
    },

    removeVariable(env: EnvName, name: string): void {
      variables.remove(env, name);
    },
  };

  for (const env of ['dev', 'stg', 'prod', 'preview'] as const) {
    project.setVariable(env, { name: 'LOG_LEVEL', value: env === 'prod' ? 'info' : 'debug' });
    project.setVariable(env, { name: 'STAGE', value: env });
    project.setVariable(env, { name: 'PAYMENTS_TOKEN', value: `secret of ${env}`, isSecret: true });
  }
  project.setVariable('preview:feature/one', { name: 'STAGE', value: 'feature/one' });
  return project;
}

function atMost(name: string, asked: number | undefined, count: number): number | undefined {
  if (asked !== undefined && asked > count) {
    throw new RangeError(`${name}: production has ${count}, so ${asked} of them cannot be open.`);
  }
  return asked;
}

function withoutUndefined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

function credentialsByKey(): ReadonlyMap<string, Credential> {
  const found = new Map<string, Credential>();
  for (const [label, key] of Object.entries(fakeKeys) as [KeyName, string][]) {
    const [family = '', name = ''] = label.split(/:(.*)/s);
    const user = fakeUsers.find((candidate) => family === 'pat' && candidate.name === name);
    const scopes = additionalScopes[label as keyof typeof additionalScopes];
    if (user !== undefined) {
      found.set(key, { kind: 'pat', label, user });
    } else if (scopes !== undefined) {
      found.set(key, { kind: 'additional', label, env: environmentNamed('prod'), scopes });
    } else {
      found.set(key, { kind: 'root', label, env: environmentNamed(name as EnvName) });
    }
  }
  return found;
}
