import { personalToken, secretKey } from '../client/connections.js';

export type KeyName = 'root' | 'additional' | 'pat' | 'preview';

interface Credential {
  readonly accessToken: string;
  readonly previewBranch?: string;
  /** What the documentation says in the path for this key. */
  readonly environment: 'prod' | 'preview';
}

export const credentials: Readonly<Record<KeyName, Credential>> = {
  root: { accessToken: secretKey(), environment: 'prod' },
  additional: { accessToken: secretKey('Cana', 'prod_sk'), environment: 'prod' },
  pat: { accessToken: personalToken(), environment: 'prod' },
  preview: { accessToken: secretKey('Cana', 'preview'), previewBranch: 'feature/one', environment: 'preview' },
};

export interface SharedCall {
  readonly name: string;
  /** Of both packages, such as `runs.list`. */
  readonly method: string;
  /** `$ref` and `$env` stand for the project ref and the environment. */
  readonly args: readonly unknown[];
  /** Where ours takes the same by another name. */
  readonly ours?: readonly unknown[];
  /** All of them unless given. */
  readonly keys?: readonly KeyName[];
  /** Options beside the credential, over its own. */
  readonly options?: { readonly previewBranch?: string };
  /** Options of a `withAuth` around the call, and of one inside that. */
  readonly scopes?: readonly [object, object];
  /** Environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

const moment = new Date('2026-10-20T08:00:00.000Z');
const payload = { order: 42, at: moment };
const target = ['$ref', '$env'];
const schedule = {
  task: 'send-report',
  cron: '0 9 * * *',
  timezone: 'Europe/Rome',
  externalId: 'user-42',
  window: '30m',
};
const session = { type: 'chat.agent', taskIdentifier: 'chat-agent', triggerConfig: { basePayload: { a: 1 } } };
const notPat = ['root', 'additional', 'preview'] as const;

const call = (method: string, ...args: unknown[]): SharedCall => ({ name: method, method, args });

/** A variant of a call: its name says in what. */
const variant = (what: string, base: SharedCall, more: Partial<SharedCall> = {}): SharedCall => ({
  ...base,
  ...more,
  name: `${base.method} ${what}`,
});

const taskOptions = {
  concurrencyKey: 'user-42',
  debounce: { key: 'order-42', delay: '5s', mode: 'trailing' },
  delay: moment,
  machine: 'small-2x',
  maxAttempts: 2,
  maxDuration: 60,
  metadata: { plan: 'pro' },
  priority: 3,
  queue: 'invoices',
  region: 'eu-central-1',
  tags: ['user:42', 'paid'],
  ttl: '10m',
};

const filters = {
  batch: 'batch_1',
  bulkAction: 'bulk_1',
  from: moment,
  isTest: false,
  limit: 10,
  machine: ['micro', 'small-1x'],
  region: ['eu-central-1'],
  schedule: 'sched_1',
  status: ['COMPLETED', 'CANCELED'],
  tag: ['user:42', 'paid'],
  taskIdentifier: ['send-invoice', 'send-report'],
  to: moment.getTime() + 1,
  version: '20260131.1',
};

/** Every call that both packages have, at least once with all it takes. */
export const calls: readonly SharedCall[] = [
  call('tasks.trigger', 'send-invoice', payload),
  variant('with options', call('tasks.trigger', 'billing/send invoice', 'text', taskOptions)),
  variant('without a payload', call('tasks.trigger', 'send-invoice', undefined), { keys: notPat }),
  variant(
    'with a key',
    call('tasks.trigger', 'send-invoice', [1], { idempotencyKey: 'order-42', idempotencyKeyTTL: '1h' }),
  ),
  variant('of a version', call('tasks.trigger', 'send-invoice', 'text', { version: '20260131.1' }), {
    ours: ['send-invoice', 'text', { lockToVersion: '20260131.1' }],
    keys: ['root'],
  }),
  call('tasks.batchTrigger', 'send-invoice', [
    { payload },
    { payload: 'text', options: { tags: 'paid', delay: '1h' } },
  ]),
  call('batch.trigger', [
    { id: 'send-invoice', payload },
    { id: 'send-report', payload: 'text', options: { ttl: 60 } },
  ]),
  call('batch.retrieve', 'batch_1'),
  variant('without filters', call('runs.list'), { keys: notPat }),
  variant('without a project', call('runs.list'), { keys: ['pat'] }),
  variant('with filters', call('runs.list', { ...filters, queue: { type: 'task', name: 'send-invoice' } }), {
    ours: [{ ...filters, queue: 'task/send-invoice' }],
    keys: notPat,
  }),
  variant('of a time', call('runs.list', { period: '7d', after: 'a-cursor' }), { keys: notPat }),
  variant('by older names', call('runs.list', { status: ['EXECUTING', 'FAILED'], to: moment }), {
    keys: notPat,
  }),
  variant('of a project', call('runs.list', '$ref', { ...filters, env: 'prod' }), {
    ours: ['$ref', { ...filters, environment: 'prod' }],
  }),
  variant('of staging', call('runs.list', '$ref', { env: 'staging' }), {
    ours: ['$ref', { environment: 'staging' }],
    keys: ['pat'],
  }),
  variant('of dev', call('runs.list', '$ref', { env: 'dev' }), {
    ours: ['$ref', { environment: 'dev' }],
    keys: ['pat'],
  }),
  variant('of all environments', call('runs.list', '$ref'), { keys: ['pat'] }),
  ...['retrieve', 'cancel', 'replay'].map((name) => call(`runs.${name}`, 'run_1')),
  call('runs.reschedule', 'run_1', { delay: moment }),
  variant('with a branch in prod', call('runs.retrieve', 'run_1'), {
    keys: ['root'],
    options: { previewBranch: 'feature/one' },
  }),
  variant('on Vercel', call('runs.retrieve', 'run_1'), {
    keys: ['root'],
    variables: { VERCEL_GIT_COMMIT_REF: 'main' },
  }),
  variant('in a secret key’s scope', call('runs.retrieve', 'run_1'), {
    keys: ['root'],
    scopes: [{ accessToken: credentials.root.accessToken }, { secretKey: credentials.additional.accessToken }],
  }),
  variant('in two scopes', call('runs.retrieve', 'run_1'), {
    keys: ['additional'],
    scopes: [{ accessToken: credentials.preview.accessToken }, { previewBranch: 'feature/two' }],
  }),
  call('envvars.list', ...target),
  call('envvars.retrieve', ...target, 'NAME'),
  call('envvars.create', ...target, { name: 'NAME', value: 'value' }),
  call('envvars.upload', ...target, { variables: { NAME: 'value' }, override: true }),
  call('envvars.update', ...target, 'NAME', { value: 'value' }),
  call('envvars.del', ...target, 'NAME'),
  variant('with another environment', call('envvars.list', '$ref', 'dev'), { keys: ['root', 'preview'] }),
  variant('with a branch in prod', call('envvars.list', ...target), {
    keys: ['pat'],
    options: { previewBranch: 'feature/one' },
  }),
  call('schedules.list', { page: 2, perPage: 50 }),
  call('schedules.create', { ...schedule, deduplicationKey: 'daily' }),
  call('schedules.update', 'sched_1', schedule),
  ...['retrieve', 'activate', 'deactivate', 'del'].map((name) => call(`schedules.${name}`, 'sched_1')),
  call('schedules.timezones', { excludeUtc: true }),
  call('sessions.start', {
    ...session,
    externalId: 'chat-42',
    tags: ['a'],
    metadata: { b: 1 },
    expiresAt: moment,
  }),
  call('sessions.list', {
    externalId: 'chat-42',
    from: moment,
    limit: 5,
    status: 'ACTIVE',
    tag: 'a',
    type: 'chat.agent',
  }),
  variant('of several', call('sessions.list', { status: ['ACTIVE', 'CLOSED'] }), { keys: ['root'] }),
  call('sessions.retrieve', 'chat-42'),
  call('sessions.update', 'chat-42', { tags: ['a'], metadata: null }),
  call('sessions.close', 'chat-42', { reason: 'user left' }),
  variant('without a reason', call('sessions.close', 'chat-42'), { keys: ['root'] }),
];
