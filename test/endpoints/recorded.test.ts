import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EndpointName, endpoints, parseResponse } from '../../src/endpoints/index.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { endpointOf, loadRecordings, type Recording, recordingsFolder } from '../contract/recordings.js';
import { thrownBy } from './connections.js';

/** Every failure that was recorded, by status and text. What is not here has no code: no catch-all. */
const codes: Readonly<Record<string, ErrorCode>> = {
  '301 ': 'redirect_refused',
  '400 Invalid JSON': 'input_invalid',
  '400 Invalid project ref for this API key. Make sure you are using an API key associated with that project.':
    'project_ref_invalid',
  '400 Query Error': 'input_invalid',
  '400 Request body is empty': 'input_invalid',
  '400 Validation error: …': 'input_invalid',
  '401 Invalid API key': 'unauthorized',
  '401 Invalid Public Access Token': 'unauthorized',
  '401 Invalid or Missing PAT': 'unauthorized',
  '401 No authorization header provided': 'unauthorized',
  '401 No matching branch env': 'branch_not_found',
  '401 Public Access Token is invalid': 'unauthorized',
  '401 x-trigger-branch header required for preview env': 'branch_header_required',
  '403 Unauthorized': 'forbidden',
  '404 ': 'not_found',
  '404 Branch not found': 'branch_not_found',
  '404 Environment not found': 'environment_not_found',
  '404 Not found': 'not_found',
  '404 Project not found': 'project_not_found',
  '405 ': 'invalid_response',
  '422 Cannot trigger hello-task with a one-time use token as it has already been used.': 'token_used',
  "422 Runs can only have 10 tags, you're trying to set …": 'unprocessable',
  '429 Rate limit exceeded …': 'rate_limited',
  '500 Internal Server Error': 'server_error',
};

/** Recorded, and nothing that this package asks. */
const notAsked = new Set(['HEAD runs.list', 'OPTIONS runs.list', 'OPTIONS tasks.trigger', 'POST envvars.list']);

const names: Readonly<Record<string, EndpointName | undefined>> = {
  'runs.list': 'runs.list',
  'projects.runs.list': 'runs.list',
  'runs.retrieve': 'runs.retrieve',
  'tasks.trigger': 'tasks.trigger',
  'envvars.list': 'envvars.list',
  'projects.environments': 'projects.environments',
  // A path of another version of the server, for any endpoint.
  'no such page': 'runs.retrieve',
};

interface Exchange {
  readonly name: EndpointName;
  readonly response: { status: number; headers: Readonly<Record<string, unknown>>; body: unknown };
}

function exchangeOf(recording: Recording): Exchange | undefined {
  const found = endpointOf(recording);
  const name = found && names[found];
  return name === undefined || notAsked.has(`${recording.request.method} ${found}`)
    ? undefined
    : { name, response: recording.response };
}

const used = new Set<string>();

function check({ name, response }: Exchange): void {
  const { status, body } = response;
  if (status === 200) {
    const output = parseResponse(name, response);
    expect(output).toBeTypeOf('object');
    // Nothing is made up and nothing is changed; only fields that we do not know are left out.
    expect(body).toMatchObject(output);
    return;
  }
  const error = thrownBy(() => parseResponse(name, response, Date.now())) as Error;
  const told = typeof body === 'object' ? String((body as { error?: unknown }).error) : '';
  const key = `${status} ${told
    .replace(/(?<=^Validation error: ).*|(?<=^Rate limit exceeded ).*/, '…')
    .replace(/(?<=trying to set )\d+\./, '…')}`;
  used.add(key);
  expect(codes).toHaveProperty([key]);
  expect(error).toMatchObject({ name: 'ConnectorError', code: codes[key], status, endpoint: name });
  expect(error).toHaveProperty('docs', endpoints[name].docs);
  expect(error.message).not.toMatch(/<|\{\{/);
}

const recordings = loadRecordings();
if (recordings === undefined) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn(`SKIPPED recordings: ${recordingsFolder} does not exist; set TRIGGER_RECORDINGS to parse them`);
}

describe.skipIf(recordings === undefined)('answers of a real server', () => {
  const concerned = (recordings ?? []).flatMap((recording) => {
    const exchange = exchangeOf(recording);
    return exchange === undefined ? [] : [[recording.file, exchange] as const];
  });

  it('are many', () => {
    expect(concerned.length).toBeGreaterThan(150);
    for (const [name, least] of [
      ['runs.list', 40],
      ['runs.retrieve', 4],
      ['tasks.trigger', 20],
      ['envvars.list', 20],
      ['projects.environments', 2],
    ] as const) {
      const successes = concerned.filter(([, { name: of, response }]) => of === name && response.status === 200);
      expect([name, successes.length >= least]).toEqual([name, true]);
    }
  });

  it.each(concerned)('%s', (_, exchange) => {
    check(exchange);
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
  const concerned = own.exchanges.flatMap(({ title, request, response }) => {
    const { status, headers = {}, body = '' } = response;
    const exchange = exchangeOf({
      file: title,
      title,
      recordedAt: '',
      request,
      response: { status, headers, body: answer(body) },
    });
    return exchange === undefined ? [] : [[title, exchange] as const];
  });

  it('are all of ours', () => {
    const left = own.exchanges.filter(({ title }) => !concerned.some(([of]) => of === title));
    expect(left.map(({ request }) => request.path)).toEqual(left.map(() => '/api/v2/whoami'));
    expect(concerned.length).toBeGreaterThan(35);
  });

  it.each(concerned)('%s', (_, exchange) => {
    check(exchange);
  });
});

describe.skipIf(recordings === undefined)('the table of codes', () => {
  it('has no row that no answer uses', () => {
    expect(Object.keys(codes).filter((key) => !used.has(key))).toEqual([]);
  });
});
