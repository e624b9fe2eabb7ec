import { expect } from 'vitest';
import type { FakeProject, KeyName } from '../fake-api/index.js';

/** One action with a good input: what must leave for the API, and what must come out. */
export interface ActionCase {
  readonly action: string;
  readonly input: Record<string, unknown>;
  /** Whose connection it is; the root key of prod where left out. */
  readonly key?: KeyName;
  /** Every request in order: method, decoded path with its query sorted, body. */
  readonly sends: readonly string[];
  /** How often Nango's proxy may repeat each of them. */
  readonly retries: readonly (0 | 3)[];
  readonly output: unknown;
}

const run = { ended: 'run_caseended01', delayed: 'run_casedelayed01', running: 'run_caserunning01' } as const;
const schedule = { declared: 'sched_fakenightlyprod000000', created: 'sched_fakecreatedprod000000' } as const;
const ref = `proj_${'fake'.repeat(5)}`;
const variables = `/api/v1/projects/${ref}/envvars/prod`;
const runId = expect.stringMatching(/^run_\w+$/);
const token = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);

/** What the cases count on; the fake project has the schedules and variables itself. */
export function prepare(project: FakeProject): void {
  project.createRun('prod', { id: run.ended, status: 'COMPLETED', payload: { order: 42 }, taskIdentifier: 'bill' });
  project.createRun('prod', { id: run.delayed, status: 'DELAYED', delayedUntil: '2030-01-01T00:00:00.000Z' });
  project.createRun('prod', { id: run.running, status: 'EXECUTING' });
  project.sessions.add('prod', { id: 'session_case01', externalId: 'chat-42', taskIdentifier: 'chat-agent' });
}

export const actionCases: readonly ActionCase[] = [
  {
    action: 'trigger-task',
    input: { taskId: 'bill', payload: { order: 42 }, options: { idempotencyKey: 'order-42', delay: '1h' } },
    sends: [
      'POST /api/v1/tasks/bill/trigger {"payload":{"order":42},"options":{"delay":"1h","idempotencyKey":"order-42"}}',
    ],
    retries: [3],
    output: { id: runId, isCached: false },
  },
  {
    action: 'batch-trigger-tasks',
    input: {
      items: [
        { taskId: 'bill', payload: 1, options: { idempotencyKey: 'a' } },
        { taskId: 'mail', payload: 2 },
      ],
    },
    sends: [
      'POST /api/v3/batches {"runCount":2,"taskIdentifiers":["bill","mail"]}',
      'POST /api/v3/batches/<batch>/items {"index":0,"task":"bill","payload":1,"options":{"idempotencyKey":"a"}}\n{"index":1,"task":"mail","payload":2}\n',
    ],
    retries: [3, 3],
    output: { batchId: expect.stringMatching(/^batch_\w+$/), runCount: 2, isCached: false },
  },
  {
    action: 'list-runs',
    input: { limit: 1, taskIdentifier: 'bill', status: ['COMPLETED'] },
    sends: [
      'GET /api/v1/runs?filter[createdAt][from]=1&filter[status]=COMPLETED&filter[taskIdentifier]=bill&page[size]=1',
    ],
    retries: [3],
    output: { data: [{ id: run.ended, taskIdentifier: 'bill', status: 'COMPLETED' }], pagination: {} },
  },
  {
    action: 'list-runs',
    key: 'pat:alice',
    input: { limit: 1, environment: 'staging' },
    sends: [`GET /api/v1/projects/${ref}/runs?filter[createdAt][from]=1&filter[env]=stg&page[size]=1`],
    retries: [3],
    output: { data: [{ env: { name: 'stg' } }], pagination: { next: expect.any(String) } },
  },
  {
    action: 'get-run',
    input: { runId: run.ended },
    sends: [`GET /api/v3/runs/${run.ended}`],
    retries: [3],
    output: { id: run.ended, payload: { order: 42 } },
  },
  {
    action: 'cancel-run',
    input: { runId: run.running },
    sends: [`POST /api/v2/runs/${run.running}/cancel {}`],
    retries: [3],
    output: { id: run.running },
  },
  {
    action: 'replay-run',
    input: { runId: run.ended },
    sends: [`POST /api/v1/runs/${run.ended}/replay {}`],
    retries: [0],
    output: { id: runId },
  },
  {
    action: 'reschedule-run',
    input: { runId: run.delayed, delay: '2031-01-01T00:00:00Z' },
    sends: [`POST /api/v1/runs/${run.delayed}/reschedule {"delay":"2031-01-01T00:00:00Z"}`],
    retries: [0],
    output: { id: run.delayed, delayedUntil: '2031-01-01T00:00:00.000Z' },
  },
  {
    action: 'list-env-vars',
    input: {},
    sends: [`GET ${variables}`],
    retries: [3],
    output: {
      variables: [
        { name: 'LOG_LEVEL', value: 'info', isSecret: false },
        { name: 'PAYMENTS_TOKEN', value: '<redacted>', isSecret: true },
        { name: 'STAGE', value: 'prod', isSecret: false },
      ],
    },
  },
  {
    action: 'get-env-var',
    key: 'pat:alice',
    input: { name: 'STAGE', environment: 'preview' },
    sends: [`GET /api/v1/projects/${ref}/envvars/preview/STAGE`],
    retries: [3],
    output: { name: 'STAGE', value: 'preview', isSecret: false },
  },
  {
    action: 'create-env-var',
    input: { name: 'NEW', value: 'of prod' },
    sends: [`POST ${variables}/import {"variables":{"NEW":"of prod"},"override":false}`],
    retries: [0],
    output: { success: true, warnings: [] },
  },
  {
    action: 'create-env-var',
    input: { name: 'STAGE', value: 'live', isSecret: true, override: true },
    sends: [`POST ${variables} {"name":"STAGE","value":"live","isSecret":true}`],
    retries: [3],
    output: { success: true, warnings: [] },
  },
  {
    action: 'upload-env-vars',
    input: { variables: { ONE: '1', TRIGGER_API_URL: 'https://example.com' } },
    sends: [
      `POST ${variables}/import {"variables":{"ONE":"1","TRIGGER_API_URL":"https://example.com"},"override":false}`,
    ],
    retries: [0],
    output: {
      success: true,
      warnings: [{ code: 'reserved_name', field: 'TRIGGER_API_URL', message: expect.stringContaining('not stored') }],
    },
  },
  {
    action: 'update-env-var',
    input: { name: 'LOG_LEVEL', value: 'debug' },
    sends: [`PUT ${variables}/LOG_LEVEL {"value":"debug"}`],
    retries: [3],
    output: { success: true },
  },
  {
    action: 'delete-env-var',
    input: { name: 'LOG_LEVEL' },
    sends: [`DELETE ${variables}/LOG_LEVEL`],
    retries: [3],
    output: { success: true },
  },
  {
    action: 'list-schedules',
    input: { page: 1, perPage: 1 },
    sends: ['GET /api/v1/schedules?page=1&perPage=1'],
    retries: [3],
    output: { data: [{ id: schedule.created }], pagination: { currentPage: 1, totalPages: 2, count: 2 } },
  },
  {
    action: 'create-schedule',
    input: { task: 'sched-task', cron: '0 9 * * 1-5', timezone: 'Europe/Rome', deduplicationKey: 'daily-report' },
    sends: [
      'POST /api/v1/schedules {"task":"sched-task","cron":"0 9 * * 1-5","timezone":"Europe/Rome","deduplicationKey":"daily-report"}',
    ],
    retries: [3],
    output: { task: 'sched-task', deduplicationKey: 'daily-report', timezone: 'Europe/Rome', active: true },
  },
  {
    action: 'get-schedule',
    input: { scheduleId: 'tenant-acme' },
    sends: ['GET /api/v1/schedules/tenant-acme'],
    retries: [3],
    output: { id: schedule.created, timezone: 'Europe/Berlin' },
  },
  {
    action: 'update-schedule',
    input: { scheduleId: 'tenant-acme', task: 'sched-task', cron: '0 8 * * *' },
    sends: [
      'GET /api/v1/schedules/tenant-acme',
      `PUT /api/v1/schedules/${schedule.created} {"task":"sched-task","cron":"0 8 * * *"}`,
    ],
    retries: [3, 3],
    output: { id: schedule.created, generator: { expression: '0 8 * * *' } },
  },
  {
    action: 'activate-schedule',
    input: { scheduleId: schedule.created },
    sends: [`POST /api/v1/schedules/${schedule.created}/activate {}`],
    retries: [3],
    output: { id: schedule.created, active: true },
  },
  {
    action: 'deactivate-schedule',
    input: { scheduleId: schedule.created },
    sends: [`POST /api/v1/schedules/${schedule.created}/deactivate {}`],
    retries: [3],
    output: { id: schedule.created, active: false },
  },
  {
    action: 'delete-schedule',
    input: { scheduleId: schedule.created },
    sends: [`DELETE /api/v1/schedules/${schedule.created}`],
    retries: [3],
    output: { id: schedule.created },
  },
  {
    action: 'start-session',
    input: {
      type: 'chat.agent',
      taskIdentifier: 'chat-agent',
      triggerConfig: { basePayload: {} },
      externalId: 'chat-1',
    },
    sends: [
      'POST /api/v1/sessions {"type":"chat.agent","taskIdentifier":"chat-agent","triggerConfig":{"basePayload":{}},"externalId":"chat-1"}',
    ],
    retries: [3],
    output: { id: expect.stringMatching(/^session_/), externalId: 'chat-1', runId, isCached: false },
  },
  {
    action: 'start-session',
    input: { type: 'chat.agent', taskIdentifier: 'chat-agent', triggerConfig: { basePayload: {} } },
    sends: [
      'POST /api/v1/sessions {"type":"chat.agent","taskIdentifier":"chat-agent","triggerConfig":{"basePayload":{}}}',
    ],
    retries: [0],
    output: { externalId: null, isCached: false },
  },
  {
    action: 'list-sessions',
    input: { status: 'ACTIVE', limit: 5 },
    sends: ['GET /api/v1/sessions?filter[createdAt][from]=1&filter[status]=ACTIVE&page[size]=5'],
    retries: [3],
    output: { data: [{ id: 'session_case01', externalId: 'chat-42' }] },
  },
  {
    action: 'get-session',
    input: { session: 'chat-42' },
    sends: ['GET /api/v1/sessions/chat-42'],
    retries: [3],
    output: { id: 'session_case01' },
  },
  {
    action: 'update-session',
    input: { session: 'session_case01', tags: ['user:123'], metadata: null },
    sends: ['PATCH /api/v1/sessions/session_case01 {"tags":["user:123"],"metadata":null}'],
    retries: [3],
    output: { id: 'session_case01', tags: ['user:123'], metadata: null },
  },
  {
    action: 'close-session',
    input: { session: 'chat-42', reason: 'user left' },
    sends: ['POST /api/v1/sessions/chat-42/close {"reason":"user left"}'],
    retries: [3],
    output: { closedReason: 'user left', closedAt: expect.any(String) },
  },
  {
    action: 'send-session-input',
    input: { session: 'chat-42', data: '{"text":"hello"}', partId: 'message-7' },
    sends: ['POST /realtime/v1/sessions/chat-42/in/append {"text":"hello"}'],
    retries: [3],
    output: { ok: true },
  },
  {
    action: 'list-projects',
    key: 'pat:alice',
    input: {},
    sends: ['GET /api/v1/projects'],
    retries: [3],
    output: { projects: [{ externalRef: ref }, {}] },
  },
  {
    action: 'list-environments',
    key: 'pat:alice',
    input: {},
    sends: [`GET /api/v1/projects/${ref}/environments`],
    retries: [3],
    output: { environments: [{ slug: 'dev' }, { slug: 'stg' }, { slug: 'preview' }, { slug: 'prod' }] },
  },
  {
    action: 'create-public-token',
    input: { scopes: ['read:runs:run_1234', 'read:tags:user:42'], expirationTime: '1hr' },
    sends: [
      'POST /api/v1/auth/public-tokens {"scopes":["read:runs:run_1234","read:tags:user:42"],"expirationTime":"1hr"}',
    ],
    retries: [3],
    output: { token },
  },
  {
    action: 'create-trigger-token',
    input: { tasks: ['bill'] },
    sends: ['POST /api/v1/auth/public-tokens {"scopes":["trigger:tasks:bill"],"oneTimeUse":true}'],
    retries: [3],
    output: { token },
  },
  {
    action: 'create-session-token',
    input: { session: 'chat-42' },
    sends: [
      'POST /api/v1/auth/public-tokens {"scopes":["read:sessions:chat-42","write:sessions:chat-42"],"expirationTime":"3600s"}',
    ],
    retries: [3],
    output: { token },
  },
];

/** Inputs that are refused before anything is sent. */
export const badInputs: readonly { action: string; input: unknown; code: string; path?: string; key?: KeyName }[] = [
  { action: 'trigger-task', input: {}, code: 'input_invalid', path: 'taskId' },
  { action: 'trigger-task', input: { taskId: '..' }, code: 'input_invalid', path: 'taskId' },
  {
    action: 'trigger-task',
    input: { taskId: 'a', options: { delay: 'soon' } },
    code: 'input_invalid',
    path: 'options.delay',
  },
  {
    action: 'trigger-task',
    input: { taskId: 'a', payload: 'x'.repeat(3_200_000) },
    code: 'payload_too_large',
    path: 'payload',
  },
  { action: 'batch-trigger-tasks', input: { items: [] }, code: 'input_invalid', path: 'items' },
  { action: 'batch-trigger-tasks', input: { items: [{ payload: 1 }] }, code: 'input_invalid', path: 'items.0.taskId' },
  {
    action: 'batch-trigger-tasks',
    input: {
      items: [
        { taskId: 'a', payload: 1 },
        { taskId: 'a', payload: 'x'.repeat(3_200_000) },
      ],
    },
    code: 'payload_too_large',
    path: 'items.1.payload',
  },
  { action: 'list-runs', input: { limit: 101 }, code: 'input_invalid', path: 'limit' },
  { action: 'list-runs', input: { status: 'DONE' }, code: 'input_invalid', path: 'status' },
  { action: 'list-runs', input: { environment: 'staging' }, code: 'environment_mismatch' },
  { action: 'list-runs', input: { environment: 'dev' }, code: 'environment_ambiguous', key: 'pat:alice' },
  { action: 'get-run', input: { runId: 'run_../..' }, code: 'input_invalid', path: 'runId' },
  { action: 'cancel-run', input: { runId: 'sched_1' }, code: 'input_invalid', path: 'runId' },
  { action: 'replay-run', input: {}, code: 'input_invalid', path: 'runId' },
  { action: 'reschedule-run', input: { runId: 'run_1', delay: 5 }, code: 'input_invalid', path: 'delay' },
  { action: 'list-env-vars', input: { environment: 'live' }, code: 'input_invalid', path: 'environment' },
  { action: 'list-env-vars', input: { environment: 'staging' }, code: 'environment_mismatch' },
  { action: 'get-env-var', input: { name: '' }, code: 'input_invalid', path: 'name' },
  { action: 'create-env-var', input: { name: '1A', value: '' }, code: 'input_invalid', path: 'name' },
  {
    action: 'create-env-var',
    input: { name: 'A', value: '<redacted>' },
    code: 'redacted_value_round_trip',
    path: 'value',
  },
  { action: 'create-env-var', input: { name: 'TRIGGER_SECRET_KEY', value: 'x' }, code: 'reserved_name', path: 'name' },
  { action: 'upload-env-vars', input: { variables: {} }, code: 'input_invalid', path: 'variables' },
  {
    action: 'upload-env-vars',
    input: { variables: { A: '<redacted>' } },
    code: 'redacted_value_round_trip',
    path: 'variables.A',
  },
  { action: 'upload-env-vars', input: { variables: { TRIGGER_API_URL: 'x' } }, code: 'reserved_name', path: 'name' },
  {
    action: 'update-env-var',
    input: { name: 'A', value: '<redacted>' },
    code: 'redacted_value_round_trip',
    path: 'value',
  },
  { action: 'delete-env-var', input: { name: '..' }, code: 'input_invalid', path: 'name' },
  { action: 'list-schedules', input: { perPage: 0 }, code: 'input_invalid', path: 'perPage' },
  {
    action: 'create-schedule',
    input: { task: 'a', cron: '0 9 * * *' },
    code: 'input_invalid',
    path: 'deduplicationKey',
  },
  {
    action: 'create-schedule',
    input: { task: 'a', cron: '* * * * * *', deduplicationKey: 'k' },
    code: 'input_invalid',
    path: 'cron',
  },
  { action: 'get-schedule', input: { scheduleId: '.' }, code: 'input_invalid', path: 'scheduleId' },
  {
    action: 'update-schedule',
    input: { scheduleId: 'a', task: 'b', cron: '61 * * * *' },
    code: 'input_invalid',
    path: 'cron',
  },
  { action: 'activate-schedule', input: {}, code: 'input_invalid', path: 'scheduleId' },
  { action: 'deactivate-schedule', input: { scheduleId: 1 }, code: 'input_invalid', path: 'scheduleId' },
  { action: 'delete-schedule', input: { scheduleId: 'a', force: true }, code: 'input_invalid' },
  {
    action: 'start-session',
    input: { type: 'a', taskIdentifier: 'b', triggerConfig: { basePayload: {} }, externalId: 'session_1' },
    code: 'input_invalid',
    path: 'externalId',
  },
  { action: 'list-sessions', input: { after: 'a', before: 'b' }, code: 'input_invalid', path: 'before' },
  { action: 'get-session', input: { session: '..' }, code: 'input_invalid', path: 'session' },
  { action: 'update-session', input: { session: 'a', metadata: [] }, code: 'input_invalid', path: 'metadata' },
  { action: 'close-session', input: { session: 'a', reason: '' }, code: 'input_invalid', path: 'reason' },
  {
    action: 'send-session-input',
    input: { session: 'a', data: 'b', partId: 'c d' },
    code: 'input_invalid',
    path: 'partId',
  },
  { action: 'send-session-input', input: { session: 'a', data: 'b', channel: 'out' }, code: 'input_invalid' },
  { action: 'create-public-token', input: { scopes: ['admin'] }, code: 'scope_invalid', path: 'scopes.0' },
  {
    action: 'create-public-token',
    input: { scopes: ['read:runs:run_1'], expirationTime: '1 hour ago' },
    code: 'expiration_invalid',
    path: 'expirationTime',
  },
  { action: 'create-trigger-token', input: { tasks: [] }, code: 'input_invalid', path: 'tasks' },
  { action: 'create-session-token', input: { session: 'a' }, code: 'cannot_mint', key: 'pat:alice' },
  { action: 'list-projects', input: { page: 1 }, code: 'input_invalid', key: 'pat:alice' },
  {
    action: 'list-environments',
    input: { projectRef: 'a/b' },
    code: 'input_invalid',
    path: 'projectRef',
    key: 'pat:alice',
  },
];

/** A request as the cases write it down. */
export function sentAs(method: string, path: string, body = ''): string {
  const { pathname, searchParams } = new URL(path, 'https://api.example.com');
  const query = [...searchParams].map(([name, value]) => `${name}=${value}`).sort();
  const where = decodeURIComponent(pathname).replace(/batch_\w+/, '<batch>');
  return `${method} ${where}${query.length > 0 ? `?${query.join('&')}` : ''}${body === '' ? '' : ` ${body}`}`;
}
