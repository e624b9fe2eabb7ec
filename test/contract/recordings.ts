import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Recording {
  file: string;
  title: string;
  recordedAt: string;
  request: {
    method: string;
    path: string;
    credential: string;
    headers: Record<string, string | number>;
    body?: unknown;
  };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

export const recordingsFolder = resolve(process.env['TRIGGER_RECORDINGS'] ?? '../shared/recordings');

/** Exchanges with a real server, oldest first; undefined where the folder is absent. */
export function loadRecordings(): Recording[] | undefined {
  const index = join(recordingsFolder, 'index.json');
  if (!existsSync(index)) {
    return undefined;
  }
  const entries = JSON.parse(readFileSync(index, 'utf8')) as { file: string }[];
  return entries
    .map(({ file }) => ({ ...(JSON.parse(readFileSync(join(recordingsFolder, file), 'utf8')) as Recording), file }))
    .sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));
}

const endpoints = {
  'runs.list': /^\/api\/v1\/runs\/?(?:\?|$)/,
  'projects.runs.list': /^\/api\/v1\/projects\/[^/]+\/runs(?:\?|$)/,
  'runs.operations': /^\/api\/(?:v2\/runs\/[^/]+\/cancel|v1\/runs\/[^/]+\/(?:replay|reschedule))$/,
  batches: /^\/api\/(?:v3\/batches(?:\/[^/]+\/items)?|v2\/tasks\/batch|v[12]\/batches\/[^/]+)$/,
  sessions: /^\/api\/v1\/sessions(?:\/|\?|$)/,
  channels: /^\/realtime\/v1\/sessions\//,
  realtime: /^\/realtime\/v1\/(?:runs|batches)(?:\/|\?)/,
  'runs.retrieve': /^\/api\/v3\/runs\/[^/?]+(?:\?|$)/,
  'tasks.trigger': /^\/api\/v1\/tasks\/[^/]+\/trigger\/?$/,
  envvars: /^\/api\/v1\/projects\/[^/]+\/envvars\/[^/?]+(?:\/[^/?]+)?(?:\?|$)/,
  schedules: /^\/api\/v1\/schedules(?:\/|\?|$)/,
  timezones: /^\/api\/v1\/timezones(?:\?|$)/,
  'projects.environments': /^\/api\/v1\/projects\/[^/]+\/environments$/,
  projects: /^\/api\/v1\/projects(?:\/[^/?]+)?(?:\?|$)/,
  'projects.branches': /^\/api\/v1\/projects\/[^/]+\/branches(?:\?|$)/,
  tokens: /^\/api\/v1\/auth\/(?:jwt\/claims|public-tokens)$/,
  whoami: /^\/api\/v[12]\/whoami(?:\?|$)/,
} as const;

export type EndpointName = keyof typeof endpoints | 'no such page';

/** The endpoint of the fake API that a recording concerns, if any. */
export function endpointOf({ request, response }: Recording): EndpointName | undefined {
  const found = (Object.keys(endpoints) as (keyof typeof endpoints)[]).find((name) =>
    endpoints[name].test(request.path),
  );
  const isPage = response.status === 404 && (response.headers['content-type'] ?? '').startsWith('text/html');
  return found ?? (isPage ? 'no such page' : undefined);
}

/** Recordings of these endpoints that the fake API does not answer for, and why. Nothing else may be left out. */
export const outOfScope: readonly { reason: string; matches(recording: Recording): boolean }[] = [
  {
    reason: "keys are not rotated in the fake API, so no token is signed by a key's predecessor",
    matches: ({ request }) => request.credential.startsWith('jwt:signed by rotated key'),
  },
  {
    reason: 'a window that requests which were not recorded had emptied; the rate limit has a test of its own',
    matches: ({ request, response }) => request.credential === 'jwt:rate-limited jwt' && response.status === 429,
  },
  {
    reason: 'organisation access tokens are refused by the connector before any request',
    matches: ({ request }) => request.credential.startsWith('oat:'),
  },
  {
    reason: 'the environments of the fake project are fixed, and the connector only lists branches',
    matches: ({ request }) => request.method === 'POST' && request.path.endsWith('/branches'),
  },
  {
    reason: "a branch environment's own key is never handed out; the fake API issues none",
    matches: ({ request }) => request.credential.startsWith('secret:own key of the archived branch'),
  },
];
