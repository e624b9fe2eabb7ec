import { connectionFromOptions } from '../../src/client/index.js';
import { type Connection, parseConnection } from '../../src/connection/index.js';
import { errorFromIssues } from '../../src/errors/index.js';
import { type FakeApi, startFakeApi } from '../fake-api/index.js';

/** What the pass runs against: the stand-in, or the user's own project. */
export interface Target {
  readonly title: string;
  readonly connections: readonly { label: string; connection: Connection }[];
  /** Triggered in step 4; without one the pass only reads. */
  readonly task: string | undefined;
  /** How many requests the API has seen, where that can be told. */
  requests(): number | undefined;
  close(): Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Is a real project named by the environment? */
export function hasOwnProject(env: Env): boolean {
  return Boolean(env['TRIGGER_SECRET_KEY'] || env['TRIGGER_ACCESS_TOKEN']);
}

export function ownProject(env: Env, task: string | undefined): Target {
  const common = { environment: env['TRIGGER_ENVIRONMENT'] as 'prod' | undefined };
  const { TRIGGER_SECRET_KEY: secretKey, TRIGGER_ACCESS_TOKEN: token, ...rest } = env;
  const connections = [
    ...(secretKey ? [{ label: 'secret key', connection: connectionFromOptions({ ...common, secretKey }, rest) }] : []),
    ...(token
      ? [
          {
            label: 'personal access token',
            connection: connectionFromOptions({ ...common, personalAccessToken: token }, rest),
          },
        ]
      : []),
  ];
  return {
    title: `your project at ${connections[0]?.connection.baseUrl}`,
    connections,
    task,
    requests: () => undefined,
    close: async () => undefined,
  };
}

function checked(values: unknown): Connection {
  const parsed = parseConnection(values, { allowHttp: true, allowPrivateHosts: true });
  if (!parsed.ok) {
    throw errorFromIssues(parsed.issues);
  }
  return parsed.connection;
}

// The address is part of a connection's identity: a fixed port lets the next start find its records again.
const usualPort = 43_110;

async function startOnUsualPort(): Promise<FakeApi> {
  return startFakeApi({ port: usualPort }).catch(() => startFakeApi());
}

export async function fakeProject(task = 'hello-task'): Promise<Target> {
  const api = await startOnUsualPort();
  const { keys, ref: projectRef } = api.project;
  const baseUrl = api.url;
  const secretKey = { apiKey: keys['root:prod'], baseUrl };
  const token = { apiKey: keys['pat:alice'], projectRef, environment: 'prod', baseUrl };
  return {
    title: `a fake Trigger.dev API at ${baseUrl}`,
    connections: [
      { label: 'secret key', connection: checked(secretKey) },
      { label: 'personal access token', connection: checked(token) },
    ],
    task,
    requests: () => api.requests.length,
    close: () => api.close(),
  };
}
