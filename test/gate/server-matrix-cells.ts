import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EndpointName } from '../../src/api/index.js';
import type { Connection } from '../../src/connection/index.js';
import { keys } from '../connection/cases.js';
import { build, connect, connections, inputs, ref, thrownBy } from './connections.js';

export const matrixFile = resolve(process.env['TRIGGER_SERVER_MATRIX'] ?? '../shared/facts/trigger-server-matrix.json');

export interface ServerRow {
  readonly method: string;
  readonly path: string;
  readonly cells: Readonly<Record<string, { readonly status: number; readonly error?: string }>>;
}

/** What a real server answered to each of its endpoints with each credential; undefined where the file is absent. */
export function loadMatrix(): readonly ServerRow[] | undefined {
  return existsSync(matrixFile)
    ? (JSON.parse(readFileSync(matrixFile, 'utf8')) as { rows: ServerRow[] }).rows
    : undefined;
}

const project = '/api/v1/projects/{projectRef}';
const session = { session: 'mx-session' };
const chat = { type: 't', taskIdentifier: 'chat', triggerConfig: { basePayload: {} } };
const variable = { name: 'MX_VAR', value: 'x', override: true };

/** Rows of the matrix that are endpoints of ours, and the input that makes just that request. */
export const asked: Readonly<Record<string, readonly (readonly [EndpointName, unknown])[]>> = {
  'GET /api/v1/runs': [['runs.list', {}]],
  'GET /api/v3/runs/{runId}': [['runs.retrieve', inputs['runs.retrieve']]],
  'POST /api/v1/runs/{runId}/reschedule': [['runs.reschedule', inputs['runs.reschedule']]],
  'POST /api/v2/runs/run_nope/cancel': [['runs.cancel', { runId: 'run_nope' }]],
  'POST /api/v1/runs/run_nope/replay': [['runs.replay', { runId: 'run_nope' }]],
  [`GET ${project}/runs?filter[env]=prod`]: [['runs.list', { environment: 'prod' }]],
  [`GET ${project}/envvars/prod`]: [['envvars.list', { environment: 'prod' }]],
  [`GET ${project}/envvars/preview`]: [['envvars.list', { environment: 'preview' }]],
  [`GET ${project}/envvars/prod/MX_VAR`]: [['envvars.retrieve', { name: 'MX_VAR', environment: 'prod' }]],
  [`POST ${project}/envvars/prod`]: [['envvars.create', { ...variable, environment: 'prod' }]],
  [`PUT ${project}/envvars/prod/MX_VAR`]: [['envvars.update', { name: 'MX_VAR', value: 'x', environment: 'prod' }]],
  [`DELETE ${project}/envvars/prod/MX_NOPE`]: [['envvars.del', { name: 'MX_NOPE', environment: 'prod' }]],
  [`POST ${project}/envvars/prod/import`]: [['envvars.upload', { variables: { MX: 'x' }, environment: 'prod' }]],
  'GET /api/v1/schedules': [['schedules.list', {}]],
  'GET /api/v1/schedules/{scheduleId}': [['schedules.retrieve', inputs['schedules.retrieve']]],
  'POST /api/v1/schedules': [['schedules.create', inputs['schedules.create']]],
  'PUT /api/v1/schedules/{scheduleId}': [['schedules.update', inputs['schedules.update']]],
  'POST /api/v1/schedules/{scheduleId}/activate': [['schedules.activate', inputs['schedules.activate']]],
  'POST /api/v1/schedules/{scheduleId}/deactivate': [['schedules.deactivate', inputs['schedules.deactivate']]],
  'DELETE /api/v1/schedules/sched_nope': [['schedules.del', { scheduleId: 'sched_nope' }]],
  'POST /api/v1/tasks/hello-task/trigger': [['tasks.trigger', { taskId: 'hello-task' }]],
  'POST /api/v3/batches': [
    ['tasks.batchTrigger', inputs['tasks.batchTrigger']],
    ['batch.trigger', inputs['batch.trigger']],
  ],
  'POST /api/v3/batches/batch_nope/items': [['batch.addItems', { batchId: 'batch_nope', lines: ['{}'] }]],
  'GET /api/v2/batches/{batchId}': [['batch.retrieve', inputs['batch.retrieve']]],
  'GET /api/v1/sessions': [['sessions.list', {}]],
  'GET /api/v1/sessions/mx-session': [['sessions.retrieve', session]],
  'POST /api/v1/sessions': [['sessions.start', chat]],
  'PATCH /api/v1/sessions/mx-session': [['sessions.update', session]],
  'POST /api/v1/sessions/session_nope/close': [['sessions.close', { session: 'session_nope' }]],
  'POST /realtime/v1/sessions/mx-session/in/append': [['sessions.append', { ...session, channel: 'in', data: 'x' }]],
  'POST /realtime/v1/sessions/mx-session/out/append': [['sessions.append', { ...session, channel: 'out', data: 'x' }]],
  'GET /realtime/v1/sessions/mx-session/out/records': [['sessions.records', { ...session, channel: 'out' }]],
  'GET /realtime/v1/runs/{runId}?offset=-1': [['runs.subscribeToRun', inputs['runs.subscribeToRun']]],
  'GET /realtime/v1/runs?tags=mx&offset=-1': [['runs.subscribeToRunsWithTag', { tags: ['mx'] }]],
  'GET /realtime/v1/batches/{batchId}?offset=-1': [['runs.subscribeToBatch', inputs['runs.subscribeToBatch']]],
  'POST /api/v1/auth/jwt/claims': [['tokens.claims', {}]],
  'POST /api/v1/auth/public-tokens': [['tokens.create', inputs['tokens.create']]],
  'GET /api/v1/whoami': [['whoami', {}]],
  'GET /api/v1/projects': [['projects.list', {}]],
  [`GET ${project}/environments`]: [['projects.environments', {}]],
  [`GET ${project}/branches`]: [['branches.list', {}]],
  'GET /api/v1/timezones': [['schedules.timezones', {}]],
};

const jwt = { 'public token': connections.publicAccessToken, 'trigger token': connections.triggerToken };
const branched = connect(keys.preview, { projectRef: ref, previewBranch: 'feature/x' });

/** Credentials of the matrix as connections; a JWT may be given as either kind of token. None can be made without a branch. */
const credentials: Readonly<Record<string, Readonly<Record<string, Connection | undefined>>>> = {
  'secret prod': { root: connections.root },
  'secret dev (other env)': { root: connect(keys.dev, { projectRef: ref }) },
  'secret other project': { root: connections.root },
  'preview, no branch': { root: undefined },
  'preview + branch': { root: branched },
  'preview + unknown branch': { root: branched },
  pk_prod: { 'public key': connections.publicKey },
  'additional full (sk)': { additional: connections.additional },
  'additional read:runs (sk)': { additional: connections.additional },
  PAT: { pat: connections.pat },
  'PAT other org': { pat: connections.pat },
  OAT: { oat: connections.organizationToken },
  'UAT capless': { uat: connections.userActorToken },
  'UAT cap admin': { uat: connections.userActorToken },
  'JWT []': jwt,
  'JWT read:all': jwt,
  'JWT write:all': jwt,
  'JWT admin': jwt,
  'JWT admin expired': jwt,
  'JWT admin minted by PAT': jwt,
};

export interface Cell {
  readonly line: string;
  readonly name: EndpointName;
  readonly credential: string;
  readonly as: string;
  readonly connection: Connection | undefined;
  /** The code with which the gate refuses; `elsewhere` where it makes another request; nothing where it makes this one. */
  readonly refusal: string | undefined;
  readonly status: number;
  readonly error: string;
  /** It went through, or the server was past asking who it is and did not find the id. */
  readonly served: boolean;
}

const ids: Readonly<Record<string, string>> = {
  projectRef: ref,
  runId: 'run_abc',
  batchId: 'batch_abc',
  scheduleId: 'sched_abc',
};

function refusalOf(line: string, name: EndpointName, input: unknown, connection: Connection | undefined) {
  if (connection === undefined) {
    return (thrownBy(() => connect(keys.preview, { projectRef: ref })) as { code: string }).code;
  }
  let sent = '';
  const error = thrownBy(() => {
    const { method, path } = build(connection, name, input);
    sent = `${method} ${path}`;
  });
  if (error !== undefined) {
    return (error as { code: string }).code;
  }
  const expected = line.replace(/\?.*$/, '').replace(/\{(\w+)\}/g, (_, id: string) => ids[id] ?? '');
  return sent === expected ? undefined : 'elsewhere';
}

export const cellsOf = (rows: readonly ServerRow[]): Cell[] =>
  rows.flatMap(({ cells, method, path }) => {
    const line = `${method} ${path}`;
    return (asked[line] ?? []).flatMap(([name, input]) =>
      Object.entries(cells).flatMap(([credential, { error = '', status }]) =>
        Object.entries(credentials[credential] ?? {}).map(([as, connection]) => ({
          line,
          name,
          credential,
          as,
          connection,
          refusal: refusalOf(line, name, input, connection),
          status,
          error,
          served: status < 300 || status === 404 || status === 422,
        })),
      ),
    );
  });

export const credentialNames = Object.keys(credentials);
