import { dashboardUrl } from '../fake-api/environments.js';
import {
  createFakeProject,
  type EnvName,
  type FakeProject,
  type NewRun,
  type RunPatch,
  type RunStatus,
  unknownKeys,
} from '../fake-api/index.js';
import type { Recording } from './recordings.js';

type Row = Record<string, unknown> & { id: string; createdAt: string; env?: { id: string; name: string } };

interface ListedSchedule {
  id: string;
  type: string;
  task: string;
  generator: { expression: string };
  environments: { id: string }[];
}

/** A fake project brought into the state that the recording server was in, one recording after the other. */
export class RecordedWorld {
  clock = 0;
  readonly project: FakeProject;
  readonly #rows = new Map<string, { env: EnvName; row: Row }>();
  readonly #replacements: [string, string][] = [];

  constructor(recordings: readonly Recording[]) {
    this.project = createFakeProject({ runs: 0, now: () => this.clock });
    for (const env of this.project.environments) {
      for (const { name } of this.project.variablesOf(env.name)) {
        this.project.removeVariable(env.name, name);
      }
    }
    this.#learnNames(recordings);
    this.#declareSchedules(recordings);
    const listed = recordings.flatMap(rowsOf);
    for (const row of listed) {
      const env = this.#envOf(row) ?? 'prod';
      if (!this.#rows.has(row.id)) {
        this.#rows.set(row.id, { env, row });
      }
    }
  }

  /** The recorded project ref and environment ids, in anything that has a JSON text, become the fake's. */
  translate<T>(value: T): T {
    let text = JSON.stringify(value);
    for (const [recorded, ours] of this.#replacements) {
      text = text.replaceAll(recorded, ours);
    }
    return JSON.parse(text) as T;
  }

  /** What was created in a replay has another id than in the recording. */
  learnId(ours: { id?: unknown }, recorded: unknown): void {
    const { id } = (recorded ?? {}) as { id?: unknown };
    if (typeof id === 'string' && typeof ours.id === 'string' && this.translate(id) !== ours.id) {
      this.#replacements.push([id, ours.id]);
    }
  }

  /** Everything that the recording shows, as it was then; of the rest, what was created by then. */
  advanceTo(recording: Recording): void {
    this.clock = Date.parse(recording.recordedAt);
    for (const { env, row } of this.#rows.values()) {
      if (row.createdAt <= recording.recordedAt && this.project.run(row.id) === undefined) {
        this.project.createRun(env, { id: row.id, createdAt: row.createdAt, ...this.#fields(row) });
      }
    }
    for (const row of rowsOf(recording)) {
      this.project.updateRun(row.id, this.#fields(row));
    }
  }

  /** Takes away what the recording would have to show, were it not for the server's lagging list index. */
  showOnly(recording: Recording): void {
    const rows = rowsOf(recording);
    const shown = new Set(rows.map(({ id }) => id));
    const { next } = (recording.response.body as { pagination: { next?: string } }).pagination;
    const oldest = rows.at(-1);
    const since = next === undefined ? '' : (oldest?.createdAt ?? '');
    if (next !== undefined && oldest !== undefined) {
      // Something must follow; no recording shows what did.
      const createdAt = new Date(Date.parse(since) - 60_000).toISOString();
      this.project.createRun('prod', { ...this.#fields(oldest), id: undefined, createdAt });
    }
    for (const { id, createdAt } of this.project.runsOf('prod')) {
      if (!shown.has(id) && createdAt >= since) {
        this.project.removeRun(id);
      }
    }
  }

  #fields(row: Row): RunPatch & NewRun {
    const { region, ...rest } = this.translate(row);
    const value = <T>(name: string): T | undefined => rest[name] as T | undefined;
    return {
      status: value<RunStatus>('status'),
      taskIdentifier: value('taskIdentifier'),
      updatedAt: value('updatedAt'),
      startedAt: value('startedAt'),
      finishedAt: value('finishedAt'),
      delayedUntil: value('delayedUntil'),
      ttl: value('ttl'),
      version: value('version'),
      idempotencyKey: value('idempotencyKey'),
      isTest: value('isTest'),
      tags: value('tags'),
      costInCents: value('costInCents'),
      baseCostInCents: value('baseCostInCents'),
      durationMs: value('durationMs'),
      depth: value('depth'),
      metadata: rest['metadata'],
      region: region as string,
      taskKind: value<string>('taskKind') ?? 'STANDARD',
      attemptCount: value<number>('attemptCount') ?? 0,
      ...('payload' in rest ? { payload: rest['payload'] } : {}),
    };
  }

  #envOf({ env }: Row): EnvName | undefined {
    return env && this.project.environments.find(({ id }) => id === this.translate(env).id)?.name;
  }

  #learnNames(recordings: readonly Recording[]): void {
    const pairs = new Map<string, string>();
    for (const recording of recordings) {
      const listing = /^\/api\/v1\/projects\/([^/]+)\/environments$/.exec(recording.request.path);
      if (listing?.[1] !== undefined) {
        pairs.set(listing[1], this.project.ref);
        for (const { id, slug } of recording.response.body as { id: string; slug: string }[]) {
          pairs.set(id, this.#idOf(slug));
        }
      }
      for (const { env } of rowsOf(recording)) {
        if (env?.name.startsWith('preview-')) {
          pairs.set(env.id, this.#idOf(env.name));
        }
      }
    }
    this.#replacements.push(...pairs, ['http://127.0.0.1:53030', dashboardUrl]);
  }

  /** Schedules that the recording server's code declares; the others are created by requests. */
  #declareSchedules(recordings: readonly Recording[]): void {
    this.project.schedules.clear();
    const lists = recordings.filter(
      ({ request, response }) =>
        /^\/api\/v1\/schedules(?:\?|$)/.test(request.path) && request.method === 'GET' && response.status === 200,
    );
    for (const { id, type, task, generator, environments } of lists.flatMap(
      ({ response }) => (this.translate(response.body) as { data: ListedSchedule[] }).data,
    )) {
      const env = this.project.environments.find((candidate) => candidate.id === environments[0]?.id);
      if (type === 'DECLARATIVE' && env !== undefined) {
        const { projectRef, name } = env;
        this.project.schedules.add({ id, type, task, cron: generator.expression, projectRef, env: name });
      }
    }
  }

  #idOf(slug: string): string {
    return this.project.environments.find((env) => env.slug === slug)?.id ?? `no environment ${slug}`;
  }
}

export function rowsOf({ request, response }: Recording): Row[] {
  const body = response.body as { data?: unknown; id?: unknown; taskIdentifier?: unknown } | null;
  if (response.status !== 200 || typeof body !== 'object' || body === null) {
    return [];
  }
  if (/^\/api\/v1\/(?:projects\/[^/]+\/)?runs(?:\?|$)/.test(request.path)) {
    return Array.isArray(body.data)
      ? (body.data as unknown[]).filter((row): row is Row => typeof row === 'object')
      : [];
  }
  return /^\/api\/v3\/runs\/[^/]+$/.test(request.path) ? [body as Row] : [];
}

const keyNames = {
  'users.alice.pat': 'pat:alice',
  'users.carol.pat': 'pat:carol',
  'users.bob.pat': 'pat:bob',
  'projects.main-app.envs.dev.apiKey': 'root:dev',
  'projects.main-app.envs.staging.apiKey': 'root:stg',
  'projects.main-app.envs.prod.apiKey': 'root:prod',
  'projects.main-app.envs.preview.apiKey': 'root:preview',
  'projects.second-app.envs.prod.apiKey': 'root:other:prod',
  // Another organisation's project; to a run of ours it is as foreign as the second project.
  'projects.foreign-app.envs.prod.apiKey': 'root:other:prod',
  'projects.main-app.envs.prod.additionalKeys.full': 'additional:full',
  'projects.main-app.envs.prod.additionalKeys.readRuns': 'additional:readRuns',
  'projects.main-app.envs.prod.additionalKeys.triggerHello': 'additional:triggerHello',
  'projects.main-app.envs.prod.additionalKeys.envvarsRW': 'additional:envvars',
} as const;

const goneNames = {
  'users.alice.revokedPat': 'unknown:pat',
  'projects.main-app.envs.prod.additionalKeys.revoked': 'unknown:additional',
  'projects.main-app.envs.prod.additionalKeys.expired': 'unknown:additional',
  'projects.main-app.envs.prod.pkApiKey': 'unknown:public',
  'tr_prod_…': 'unknown:prod',
  'tr_dev_…': 'unknown:dev',
} as const;

/** Puts our credentials where the recording masks its own: `{{users.alice.pat}}`. */
export function withCredentials(project: FakeProject, text: string): string {
  return text.replaceAll(/\{\{(.+?)\}\}/g, (_, name: string) => {
    if (Object.hasOwn(keyNames, name)) {
      return project.keys[keyNames[name as keyof typeof keyNames]];
    }
    if (Object.hasOwn(goneNames, name)) {
      return unknownKeys[goneNames[name as keyof typeof goneNames]];
    }
    throw new Error(`No credential of the fake API stands for "${name}".`);
  });
}
