import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FakeApi,
  type FakeProject,
  RUNS_END,
  signPublicToken,
  startFakeApi,
  unknownKeys,
} from '../fake-api/index.js';
import { send } from './compare.js';
import { recordingsFolder } from './recordings.js';

interface Matrix {
  rows: { method: string; path: string; cells: Record<string, { status: number; error?: string }> }[];
}

const file = join(recordingsFolder, '../facts/trigger-server-matrix.json');
const matrix = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Matrix) : undefined;
if (matrix === undefined) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn(`SKIPPED matrix of credentials: ${file} does not exist`);
}

const RUN = 'run_cfakematrix00000000000001';
const BATCH = 'batch_cfakematrix0000000000001';
const chat = { type: 'chat.agent', taskIdentifier: 'chat-agent', triggerConfig: { basePayload: {} } };

/** What each route was sent; a route that is not named here is not compared. */
const bodies: Readonly<Record<string, string | undefined>> = {
  'GET /api/v1/runs': undefined,
  'GET /api/v3/runs/{runId}': undefined,
  'POST /api/v1/runs/{runId}/reschedule': '{"delay":"3h"}',
  'POST /api/v2/runs/run_nope/cancel': undefined,
  'POST /api/v1/runs/run_nope/replay': undefined,
  'POST /api/v1/tasks/hello-task/trigger': '{}',
  'POST /api/v2/tasks/batch': '{"items":[{"task":"hello-task"}]}',
  'POST /api/v3/batches': '{"runCount":1}',
  'POST /api/v3/batches/batch_nope/items': '{"index":0,"task":"hello-task"}\n',
  'GET /api/v1/batches/{batchId}': undefined,
  'GET /api/v2/batches/{batchId}': undefined,
  'GET /api/v1/sessions': undefined,
  'GET /api/v1/sessions/mx-session': undefined,
  'POST /api/v1/sessions': JSON.stringify({ ...chat, externalId: 'mx-session' }),
  'PATCH /api/v1/sessions/mx-session': '{"tags":["mx"]}',
  'POST /api/v1/sessions/session_nope/close': '{}',
  'POST /realtime/v1/sessions/mx-session/in/append': 'x',
  'POST /realtime/v1/sessions/mx-session/out/append': 'x',
  'GET /realtime/v1/sessions/mx-session/out/records': undefined,
  'PUT /realtime/v1/sessions/mx-session/in': undefined,
  'PUT /realtime/v1/sessions/mx-session/out': undefined,
  'GET /realtime/v1/runs/{runId}?offset=-1': undefined,
  'GET /realtime/v1/runs?tags=mx&offset=-1': undefined,
  'GET /realtime/v1/batches/{batchId}?offset=-1': undefined,
};

const keys = {
  'secret prod': 'root:prod',
  'secret dev (other env)': 'root:dev',
  'secret other project': 'root:other:prod',
  'preview, no branch': 'root:preview',
  'preview + branch': 'root:preview',
  'preview + unknown branch': 'root:preview',
  'additional full (sk)': 'additional:full',
  'additional read:runs (sk)': 'additional:readRuns',
  PAT: 'pat:alice',
  'PAT other org': 'pat:bob',
} as const;

const scopes: Readonly<Record<string, readonly string[]>> = {
  'JWT []': [],
  'JWT read:all': ['read:all'],
  'JWT write:all': ['write:all'],
  'JWT admin': ['admin'],
  'JWT admin expired': ['admin'],
  'JWT admin minted by PAT': ['admin'],
};

async function tokenOf(project: FakeProject, name: string): Promise<string> {
  const granted = scopes[name];
  if (granted !== undefined) {
    const expiresInSeconds = name.endsWith('expired') ? -60 : 3600;
    return signPublicToken(project, project.environment('prod'), { scopes: granted, expiresInSeconds });
  }
  // Tokens of organisations and of other kinds are as unknown to these routes as a key that is gone.
  return name in keys ? project.keys[keys[name as keyof typeof keys]] : unknownKeys['unknown:public'];
}

describe.skipIf(matrix === undefined)('a real server told credentials apart', () => {
  let api: FakeApi;
  beforeAll(async () => {
    api = await startFakeApi({ runs: 0, now: () => RUNS_END });
    api.project.createRun('prod', { id: RUN, status: 'DELAYED', tags: ['mx'] });
    api.project.batches.add('prod', { id: BATCH, runCount: 1, runs: [RUN], sealed: true });
    api.project.sessions.add('prod', { ...chat, externalId: 'mx-session' });
  });
  afterAll(() => api.close());

  const rows = (matrix?.rows ?? []).filter(({ method, path }) => `${method} ${path}` in bodies);

  it('on every route that is compared', () => {
    expect(rows.length).toBe(Object.keys(bodies).length);
  });

  it.each(rows.map((row) => [`${row.method} ${row.path}`, row] as const))(
    '%s',
    async (name, { method, path, cells }) => {
      const body = bodies[name];
      for (const [credential, { status, error }] of Object.entries(cells)) {
        const branch = /^preview \+ (unknown )?branch$/.exec(credential);
        const reply = await send(api.url, {
          method,
          path: path.replace('{runId}', RUN).replace('{batchId}', BATCH),
          headers: {
            ...(credential === 'none' ? {} : { authorization: `Bearer ${await tokenOf(api.project, credential)}` }),
            ...(branch === null ? {} : { 'x-trigger-branch': branch[1] === undefined ? 'feature/one' : 'nope' }),
            'content-type': name.endsWith('/items') ? 'application/x-ndjson' : 'application/json',
          },
          ...(body === undefined ? {} : { body }),
        });
        expect([credential, reply.status]).toEqual([credential, status]);
        if (error !== undefined) {
          expect([credential, errorOf(reply.text)]).toEqual([credential, error]);
        }
      }
    },
  );
});

function errorOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { error?: unknown }).error;
  } catch {
    return text;
  }
}
