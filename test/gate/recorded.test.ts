import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints } from '../../src/api/index.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { parseResponse } from '../../src/gate/index.js';
import { keys } from '../connection/cases.js';
import { loadRecordings, type Recording, recordingsFolder } from '../contract/recordings.js';
import { thrownBy } from './connections.js';
import { codes, textOf } from './recorded-codes.js';
import { connectionOf, endpointAsked, reasonLeftOut, reasons } from './recorded-endpoints.js';

const used = new Set<string>();

/** Tokens were masked by what they claim. */
const unmasked = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body).replaceAll(/\{\{jwt .*?\}\}\}?(?=")/g, keys.jwt));

function check(name: EndpointName, { request, response }: Recording): void {
  const { status } = response;
  const body = unmasked(response.body);
  const connection = connectionOf(request);
  const parse = () =>
    parseResponse(endpoints[name], { ...response, body }, { now: Date.now(), ...(connection && { connection }) });
  if (status < 300) {
    // Nothing is made up, changed or left out: but for the secret key that whoami answers.
    expect(parse()).toEqual(
      name === 'whoami' ? { project: { externalRef: expect.stringMatching(/^proj_\w+$/) } } : body,
    );
    return;
  }
  const error = thrownBy(parse) as Error;
  const key = `${status} ${textOf(body)}`;
  used.add(key);
  expect(codes).toHaveProperty([key]);
  expect(error).toMatchObject({ name: 'ConnectorError', code: codes[key] as ErrorCode, status, endpoint: name });
  expect(error).toHaveProperty('docs', endpoints[name].docs);
  expect(error.message).not.toMatch(/<|\{\{/);
}

const recordings = loadRecordings();
if (recordings === undefined) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn(`SKIPPED recordings: ${recordingsFolder} does not exist; set TRIGGER_RECORDINGS to parse them`);
}

/** Successes that must at least be there: a pattern that finds nothing would test nothing. */
const least: Partial<Record<EndpointName, number>> = {
  'tasks.trigger': 20,
  'batch.trigger': 3,
  'batch.addItems': 1,
  'batch.retrieve': 3,
  'runs.list': 40,
  'runs.retrieve': 4,
  'runs.cancel': 3,
  'runs.replay': 2,
  'runs.reschedule': 1,
  'runs.subscribeToRun': 3,
  'runs.subscribeToRunsWithTag': 2,
  'runs.subscribeToBatch': 1,
  'envvars.list': 15,
  'envvars.retrieve': 5,
  'envvars.create': 10,
  'envvars.upload': 3,
  'envvars.update': 4,
  'envvars.del': 5,
  'schedules.list': 3,
  'schedules.create': 3,
  'schedules.retrieve': 2,
  'schedules.deactivate': 1,
  'schedules.del': 1,
  'schedules.timezones': 1,
  'sessions.start': 4,
  'sessions.list': 2,
  'sessions.retrieve': 2,
  'sessions.append': 3,
  'sessions.records': 1,
  'sessions.subscribe': 1,
  'projects.list': 1,
  'projects.environments': 2,
  'branches.list': 2,
  'tokens.claims': 2,
  'tokens.create': 3,
  whoami: 1,
};

/** Whose successes nobody recorded: the samples of `samples.ts` stand for them. */
const withoutSuccess = [
  'tasks.batchTrigger',
  'schedules.update',
  'schedules.activate',
  'sessions.update',
  'sessions.close',
];

describe.skipIf(recordings === undefined)('answers of a real server', () => {
  const concerned = (recordings ?? []).flatMap((recording) => {
    const name = endpointAsked(recording);
    return name === undefined ? [] : [[recording.file, name, recording] as const];
  });

  it('are read, or left out for a reason that is written down', () => {
    const left = (recordings ?? []).filter((recording) => endpointAsked(recording) === undefined);
    expect(left.filter((recording) => reasonLeftOut(recording) === undefined).map(({ file }) => file)).toEqual([]);
    expect(reasons.filter((reason) => !left.some((recording) => reasonLeftOut(recording) === reason))).toEqual([]);
    expect(concerned.length).toBeGreaterThan(300);
    expect(concerned.filter(([, , { request }]) => request.credential.startsWith('jwt:')).length).toBeGreaterThan(80);
  });

  it('are many for every endpoint', () => {
    for (const name of endpointNames) {
      const successes = concerned.filter(([, of, { response }]) => of === name && response.status < 300).length;
      expect([name, successes]).toEqual([name, withoutSuccess.includes(name) ? 0 : successes]);
      expect([name, successes >= (least[name] ?? 0)]).toEqual([name, true]);
    }
    expect([...Object.keys(least), ...withoutSuccess].sort()).toEqual([...endpointNames].sort());
  });

  it.each(concerned)('%s of %s', (_, name, recording) => {
    check(name, recording);
  });

  // What this package does not ask shows all the more how errors of Trigger.dev look.
  const failures = (recordings ?? []).filter(
    (recording) => endpointAsked(recording) === undefined && recording.response.status >= 300,
  );
  it.each(failures.map((recording) => [recording.file, recording] as const))(
    '%s, which nothing asks',
    (_, recording) => {
      const isChannel = recording.request.path.startsWith('/realtime/v1/sessions/');
      check(isChannel ? 'sessions.append' : 'runs.retrieve', recording);
    },
  );

  it('are all walked', () => {
    expect(recordings).toHaveLength(418);
    expect(failures).toHaveLength(19);
  });

  // How its events are cut apart is the client's business.
  it('of an event stream stay text', () => {
    const streams = concerned.filter(([, , { response }]) =>
      response.headers['content-type']?.startsWith('text/event-stream'),
    );
    expect(streams.map(([, name, { response }]) => [name, typeof response.body])).toEqual([
      ['sessions.subscribe', 'string'],
    ]);
  });
});

/** A template of our own exchanges as an answer: `<number>` becomes a number, and so on. */
function answer(template: unknown): unknown {
  const samples: Readonly<Record<string, unknown>> = {
    '<number>': 1,
    '<boolean>': true,
    '<date>': '2026-01-01T00:00:00.000Z',
    '<run>': `run_${'a'.repeat(25)}`,
  };
  if (typeof template === 'string') {
    return samples[template] ?? template;
  }
  if (Array.isArray(template)) {
    return template.map(answer);
  }
  return typeof template === 'object' && template !== null
    ? Object.fromEntries(Object.entries(template).map(([key, value]) => [key.replace(/\?$/, ''), answer(value)]))
    : template;
}

describe('our own exchanges', () => {
  const own = JSON.parse(readFileSync(new URL('../contract/exchanges.json', import.meta.url), 'utf8')) as {
    exchanges: {
      title: string;
      request: Recording['request'];
      response: Partial<Recording['response']> & { status: number };
    }[];
  };
  const all = own.exchanges.map(({ title, request, response }): Recording => {
    const { status, headers = {} } = response;
    // What a page holds is not written down.
    const { body = headers['content-type']?.startsWith('text/html') ? '<!DOCTYPE html>' : '' } = response;
    return {
      file: title,
      title,
      recordedAt: '',
      request: { ...request, headers: request.headers ?? {} },
      response: { status, headers, body: answer(body) },
    };
  });
  const concerned = all.flatMap((recording) => {
    const name = endpointAsked(recording);
    return name === undefined ? [] : [[recording.title, name, recording] as const];
  });

  it('are all of ours', () => {
    const left = all.filter((recording) => endpointAsked(recording) === undefined);
    expect(left.map(({ request }) => request.path)).toEqual(left.map(() => '/api/v2/whoami'));
    expect(concerned.length).toBeGreaterThan(35);
  });

  it.each(concerned)('%s (%s)', (_, name, recording) => {
    check(name, recording);
  });
});

describe.skipIf(recordings === undefined)('the table of codes', () => {
  it('has no row that no answer uses', () => {
    expect(Object.keys(codes).filter((key) => !used.has(key))).toEqual([]);
  });
});
