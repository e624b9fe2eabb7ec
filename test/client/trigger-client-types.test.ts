import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { EnvironmentVariable, RealtimeRun, Run, RunDetail, Schedule, TriggerHandle } from '../../src/api/index.js';
import type { WithToken } from '../../src/client/api/tasks.js';
import {
  type Api,
  type ClientOptions,
  configure,
  type NumberedPage,
  type PagePromise,
  type SessionHandle,
  type TokenApi,
  TriggerClient,
} from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { personalToken, secretKey } from './connections.js';
import { withoutVariables } from './environment.js';

withoutVariables();

const key = secretKey();
const personalAccessToken = personalToken();

describe('types', () => {
  const refusal = (make: () => unknown) => expect(make).toThrow(ConnectorError);

  type Envvars = 'list' | 'retrieve' | 'create' | 'upload' | 'update' | 'del';
  type Subscriptions = 'subscribeToRun' | 'subscribeToRunsWithTag' | 'subscribeToBatch';
  type Everything = Api & { readonly auth: TokenApi };

  it('a client with a personal access token has what such a token may call', () => {
    const client = new TriggerClient({ personalAccessToken });
    expectTypeOf<keyof typeof client>().toEqualTypeOf<'runs' | 'envvars' | 'schedules' | 'projects' | 'branches'>();
    expectTypeOf<keyof typeof client.runs>().toEqualTypeOf<'list'>();
    expectTypeOf<keyof typeof client.envvars>().toEqualTypeOf<Envvars>();
    expectTypeOf<keyof typeof client.schedules>().toEqualTypeOf<'timezones'>();
    expectTypeOf<keyof typeof client.projects>().toEqualTypeOf<'list' | 'environments'>();
    expectTypeOf(client.runs.list).returns.toEqualTypeOf<PagePromise<Run>>();
    // @ts-expect-error the token may not retrieve a run
    client.runs.retrieve;
    // @ts-expect-error nor trigger
    client.tasks;
    // @ts-expect-error nor start a session
    client.sessions;
    // @ts-expect-error nor make a token
    client.auth;
  });

  it('a client with a secret key has everything but what only a personal token may call', () => {
    const client = new TriggerClient({ secretKey: key });
    expectTypeOf<keyof typeof client>().toEqualTypeOf<Exclude<keyof Everything, 'projects' | 'branches'>>();
    expectTypeOf<keyof typeof client.runs>().toEqualTypeOf<
      'list' | 'retrieve' | 'cancel' | 'replay' | 'reschedule' | Subscriptions
    >();
    expectTypeOf<keyof typeof client.sessions>().toEqualTypeOf<keyof Api['sessions']>();
    expectTypeOf(client.tasks.trigger).returns.resolves.toEqualTypeOf<WithToken<TriggerHandle>>();
    expectTypeOf(client.runs.retrieve).returns.resolves.toEqualTypeOf<RunDetail>();
    expectTypeOf(client.runs.retrieve).parameter(0).toEqualTypeOf<string | { readonly id: string }>();
    expectTypeOf(client.envvars.list).returns.resolves.toEqualTypeOf<EnvironmentVariable[]>();
    expectTypeOf(client.schedules.list).returns.toEqualTypeOf<PagePromise<Schedule, NumberedPage<Schedule>>>();
    expectTypeOf(client.runs.subscribeToRun).returns.toEqualTypeOf<AsyncIterable<RealtimeRun>>();
    expectTypeOf(client.sessions.open).returns.toEqualTypeOf<SessionHandle>();
    // @ts-expect-error for all that is there at run time
    client.projects;
    const names = ['auth', 'batch', 'branches', 'envvars', 'projects', 'runs', 'schedules', 'sessions', 'tasks'];
    expect(Object.keys(client).sort()).toEqual(names);
  });

  it('a client with a token in JWT form has what its kind may call', () => {
    const never = (publicAccessToken: string, triggerToken: string) => {
      const reader = new TriggerClient({ publicAccessToken });
      expectTypeOf<keyof typeof reader>().toEqualTypeOf<'batch' | 'runs' | 'sessions'>();
      expectTypeOf<keyof typeof reader.batch>().toEqualTypeOf<'retrieve'>();
      expectTypeOf<keyof typeof reader.runs>().toEqualTypeOf<'list' | 'retrieve' | 'cancel' | Subscriptions>();
      expectTypeOf<keyof typeof reader.sessions>().toEqualTypeOf<'start' | 'list' | 'retrieve' | 'open'>();
      const trigger = new TriggerClient({ triggerToken });
      expectTypeOf<keyof typeof trigger>().toEqualTypeOf<'tasks' | 'batch'>();
      expectTypeOf<keyof typeof trigger.tasks>().toEqualTypeOf<'trigger' | 'batchTrigger'>();
    };
    expect(never).toBeTypeOf('function');
  });

  it('one whose key may be of any kind has everything', () => {
    vi.stubEnv('TRIGGER_SECRET_KEY', key);
    expectTypeOf(new TriggerClient()).toEqualTypeOf<Everything>();
    expectTypeOf(new TriggerClient({ previewBranch: undefined })).toEqualTypeOf<Everything>();
    vi.stubEnv('TRIGGER_SECRET_KEY', undefined);
    expectTypeOf(new TriggerClient({ accessToken: key })).toEqualTypeOf<Everything>();
  });

  it('two credentials do not compile', () => {
    // @ts-expect-error a secret key and a token
    refusal(() => new TriggerClient({ secretKey: key, personalAccessToken }));
    // @ts-expect-error a secret key twice
    refusal(() => new TriggerClient({ secretKey: key, accessToken: key }));
    // @ts-expect-error a token twice
    refusal(() => new TriggerClient({ personalAccessToken, accessToken: personalAccessToken }));
    // @ts-expect-error a token that may be missing is no token
    refusal(() => new TriggerClient({ personalAccessToken: undefined }));
  });

  it('options that do not exist, or of another type, do not compile', () => {
    // @ts-expect-error it is baseURL
    refusal(() => new TriggerClient({ secretKey: key, baseUrl: 'https://trigger.example.com' }));
    // @ts-expect-error an unknown option
    refusal(() => new TriggerClient({ secretKey: key, colour: 'red' }));
    // @ts-expect-error it is staging
    new TriggerClient({ personalAccessToken, environment: 'stg' });
    // @ts-expect-error a number is no key
    refusal(() => new TriggerClient({ secretKey: 7 }));
    // @ts-expect-error no such request option
    new TriggerClient({ secretKey: key, requestOptions: { retries: 3 } });
    expectTypeOf<{ secretKey: string; colour: string }>().not.toEqualTypeOf<ClientOptions>();
  });

  it('a call takes what the documentation passes, and nothing else', () => {
    const { batch, envvars, runs, schedules, sessions, tasks } = new TriggerClient({ secretKey: key });
    expectTypeOf(runs.list).toBeCallableWith('proj_a', { limit: 1, from: new Date() }, { timeoutMs: 1 });
    // As the documentation has them, with the project ref twice.
    expectTypeOf(runs.list).toBeCallableWith({ limit: 10, status: ['COMPLETED'] });
    expectTypeOf(runs.list).toBeCallableWith('proj_a', { limit: 10, status: ['COMPLETED'], projectRef: 'tr_proj_a' });
    expectTypeOf(envvars.upload).toBeCallableWith('proj_a', 'dev', { variables: { A: '1' }, override: true });
    expectTypeOf(envvars.update).toBeCallableWith('proj_a', 'preview', 'A', { value: '1' });
    expectTypeOf(configure).toBeCallableWith({ secretKey: process.env['TRIGGER_ACCESS_TOKEN'], previewBranch: 'a' });
    const never = () => {
      // @ts-expect-error a status that does not exist
      runs.list({ status: ['DONE'] });
      // @ts-expect-error an unknown filter
      runs.list({ colour: 'red' });
      // @ts-expect-error an unknown option
      tasks.trigger('a', 1, { colour: 'red' });
      // @ts-expect-error a project without its environment
      envvars.list('proj_a');
      // @ts-expect-error no run
      runs.retrieve();
      // @ts-expect-error a task by another name
      batch.trigger([{ task: 'a' }]);
      // @ts-expect-error several statuses, of which the server takes one
      sessions.list({ status: ['ACTIVE'] });
      // @ts-expect-error a schedule without its key
      schedules.create({ task: 'a', cron: '* * * * *' });
      // @ts-expect-error a column that always comes
      runs.subscribeToRun('run_1', { skipColumns: ['status'] });
    };
    expect(never).toBeTypeOf('function');
  });
});
