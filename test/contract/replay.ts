import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect } from 'vitest';
import type { EnvName, FakeApi, FakeProject } from '../fake-api/index.js';
import { jsonType, type Reply, send } from './compare.js';
import { compareLive, isLive } from './live-bodies.js';
import { withToken } from './recorded-tokens.js';
import { type RecordedWorld, withCredentials } from './recorded-world.js';
import type { EndpointName, Recording } from './recordings.js';
import { misfits } from './template.js';

/** Environment, name, value and whether it is a secret; without a value, the variable is gone. */
export type VariableChange = readonly [env: EnvName, name: string, value?: string, isSecret?: boolean];

export function changeVariables(project: FakeProject, changes: readonly VariableChange[]): void {
  for (const [env, name, value, isSecret] of changes) {
    if (value === undefined) {
      project.removeVariable(env, name);
    } else {
      project.setVariable(env, { name, value, isSecret });
    }
  }
}

export async function replay(world: RecordedWorld, api: FakeApi, { request }: Recording): Promise<Reply> {
  const ours = world.translate(request);
  const { authorization } = ours.headers;
  if (authorization !== undefined) {
    ours.headers['authorization'] = await withToken(
      world.project,
      String(authorization),
      request.credential,
      (claims) => world.translate(claims),
    );
  }
  const headers = Object.entries(ours.headers).filter(([name]) => name !== 'content-length');
  const { body } = ours;
  return send(api.url, {
    method: ours.method,
    path: withCredentials(world.project, ours.path),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, withCredentials(world.project, String(value))])),
    ...(body === undefined || body === null ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

export async function compareBody(
  endpoint: EndpointName | undefined,
  world: RecordedWorld,
  reply: Reply,
  recording: Recording,
): Promise<void> {
  const { body } = recording.response;
  if (isLive(endpoint)) {
    compareLive(endpoint, world, reply, recording);
  } else if (typeof body === 'string') {
    // Empty, or an HTML page that the recording abbreviates.
    expect(reply.text.slice(0, 15)).toBe(body.slice(0, 15));
  } else if (reply.status !== 200) {
    expect(JSON.parse(reply.text)).toEqual(world.translate(body));
  } else if (endpoint === 'tasks.trigger') {
    await compareHandle(world.project, reply, recording);
  } else if (endpoint === 'tokens' && 'token' in (body as object)) {
    compareMinted((JSON.parse(reply.text) as { token: string }).token, world.translate(body) as { token: string });
  } else if (endpoint === 'schedules') {
    if (recording.request.method === 'POST' && recording.request.path === '/api/v1/schedules') {
      world.learnId(JSON.parse(reply.text), body);
    }
    expect(misfits(JSON.parse(reply.text), scheduleTemplate(world.translate(body)))).toEqual([]);
  } else if (endpoint === 'timezones') {
    const known = new Set((JSON.parse(reply.text) as Timezones).timezones);
    // Which zones there are depends on the machine's time zone data.
    expect((body as Timezones).timezones.filter((zone) => !known.has(zone)).length).toBeLessThan(20);
  } else if (endpoint === 'whoami' || endpoint === 'projects') {
    const text = withCredentials(world.project, JSON.stringify(body, typeName));
    expect(misfits(JSON.parse(reply.text), JSON.parse(text))).toEqual([]);
  } else if (endpoint === 'projects.branches') {
    // The recording server had more of them than the fake project.
    const { branches } = JSON.parse(reply.text) as Branches;
    const recorded = (world.translate(body) as Branches).branches.filter(({ id }) =>
      branches.some((one) => one.id === id),
    );
    expect(branches.length).toBeGreaterThan(0);
    expect(misfits(branches, JSON.parse(JSON.stringify(recorded, dates)))).toEqual([]);
  } else {
    expect(JSON.parse(reply.text)).toEqual(world.translate(body));
  }
}

/** The same claims for the same time; the key that signed is checked where the token is used. */
function compareMinted(token: string, recorded: { token: string }): void {
  const {
    exp: until = 0,
    iat: from = 0,
    ...claims
  } = JSON.parse(/^\{\{jwt (.*)\}\}$/.exec(recorded.token)?.[1] ?? '{}') as { exp?: number; iat?: number };
  const { exp = 0, iat = 0, ...ours } = decodeJwt(token);
  expect(ours).toEqual(claims);
  expect(exp - iat).toBe(until - from);
}

interface Timezones {
  timezones: string[];
}

/** A schedule's place within its minute, and short codes, are the server's own affair. */
function scheduleTemplate(body: unknown): unknown {
  const text = JSON.stringify(body, (key, value: unknown) =>
    value === null ? null : key === 'nextRunEffectiveAt' ? '<date>' : key === 'shortcode' ? '<string>' : value,
  );
  return JSON.parse(text);
}

interface Branches {
  branches: { id: string }[];
}

const dates = (key: string, value: unknown): unknown => (/^(?:created|updated)At$/.test(key) ? '<date>' : value);

/** A template for whatever has the same fields of the same types; but a key must be the very key. */
function typeName(key: string, value: unknown): unknown {
  return value === null || typeof value === 'object' || key === 'apiKey' ? value : `<${jsonType(value)}>`;
}

async function compareHandle(project: FakeProject, reply: Reply, { request, response }: Recording): Promise<void> {
  const handle = JSON.parse(reply.text) as { id: string; isCached: boolean };
  if (request.method === 'OPTIONS') {
    expect(handle).toEqual(response.body);
    return;
  }
  const recorded = response.body as { id: string; isCached: boolean };
  expect(handle).toEqual({ id: expect.stringMatching(/^run_[0-9a-z]{25}$/), isCached: recorded.isCached });
  const claims = JSON.parse(reply.headers['x-trigger-jwt-claims'] ?? '') as { sub: string };
  const asRecorded = JSON.parse(
    (response.headers['x-trigger-jwt-claims'] ?? '').replaceAll(recorded.id, handle.id),
  ) as { sub: string };
  expect(claims).toEqual({ ...asRecorded, sub: claims.sub });
  const env = project.environments.find(({ id }) => id === claims.sub);
  expect(project.run(handle.id)?.env).toBe(env?.name);
  const token = reply.headers['x-trigger-jwt'] ?? '';
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256' });
  const { payload } = await jwtVerify(token, new TextEncoder().encode(env?.rootKey), {
    issuer: 'https://id.trigger.dev',
    audience: 'https://api.trigger.dev',
    currentDate: new Date(project.now()),
  });
  const times = JSON.parse(/^\{\{jwt (.*)\}\}$/.exec(response.headers['x-trigger-jwt'] ?? '')?.[1] ?? '') as {
    exp: number;
    iat: number;
  };
  expect(Object.keys(payload).sort()).toEqual(Object.keys(times).sort());
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(times.exp - times.iat);
}
