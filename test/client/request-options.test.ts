import { afterAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../src/api/index.js';
import { callerFor, closeConnections, TriggerClient } from '../../src/client/index.js';
import { optionsOf } from '../../src/client/request-options.js';
import type { RequestOptions } from '../../src/client/send.js';
import { connectionTo, failureOf, personalToken } from './connections.js';
import { fakeApi, seen } from './fake.js';
import { scripted, start } from './scripted.js';

afterAll(closeConnections);

describe('the options of a call', () => {
  const defaults = { timeoutMs: 5_000, retry: { maxAttempts: 1 } };

  it.each<[string, RequestOptions | undefined, RequestOptions | undefined]>([
    ['none', undefined, defaults],
    ['one', { timeoutMs: 10 }, { timeoutMs: 10, retry: { maxAttempts: 1 } }],
    ['an undefined one', { timeoutMs: 10, retry: undefined }, { timeoutMs: 10, retry: { maxAttempts: 1 } }],
  ])('go over those of the client: %s', (_, given, merged) => {
    expect(optionsOf(defaults, given)).toEqual(merged);
  });

  it.each<[string, unknown, string]>([
    ['a misspelt one', { timeoutms: 10 }, 'requestOptions.timeoutms'],
    ['a filter', { limit: 5 }, 'requestOptions.limit'],
    ['a text', 'prod', 'requestOptions'],
    ['null', null, 'requestOptions'],
  ])('are refused: %s, and nothing is sent', async (_, given, path) => {
    const { sent, transport } = scripted({ now: start });
    const call = callerFor(connectionTo('https://trigger.example.com'), transport);
    expect(await failureOf(call(endpoints['runs.list'], {}, given as RequestOptions), 'input_invalid')).toMatchObject({
      path,
    });
    expect(sent).toEqual([]);
  });
});

describe('a project ref that is undefined', () => {
  const unset = undefined as unknown as string;

  it('loses no filter and no environment', async () => {
    const api = await fakeApi();
    const { keys, ref } = api.project;
    const secretKey = keys['pat:alice'];
    expect(secretKey).not.toBe(personalToken());
    const { envvars, runs } = new TriggerClient({
      secretKey,
      baseURL: api.url,
      projectRef: ref,
      environment: 'staging',
    });
    await failureOf(runs.list(unset, { limit: 5 }), 'input_invalid', secretKey);
    expect(api.requests).toEqual([]);
    await envvars.list(unset, 'prod');
    await envvars.list(ref, unset);
    await failureOf(envvars.retrieve(unset, 'prod', 'NO_SUCH'), 'not_found', secretKey);
    await failureOf(envvars.retrieve(ref, unset, 'NO_SUCH'), 'not_found', secretKey);
    expect(seen(api)).toEqual([
      `pat:alice GET /api/v1/projects/${ref}/envvars/prod`,
      `pat:alice GET /api/v1/projects/${ref}/envvars/staging`,
      `pat:alice GET /api/v1/projects/${ref}/envvars/prod/NO_SUCH`,
      `pat:alice GET /api/v1/projects/${ref}/envvars/staging/NO_SUCH`,
    ]);
  });
});
