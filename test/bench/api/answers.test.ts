import { expect, it } from 'vitest';
import { type EndpointName, endpoints } from '../../../src/api/index.js';
import { answersOf } from './answers.js';

const answers = answersOf(250);

it.each([
  ['whoami', 'GET', '/api/v1/whoami'],
  ['runs.list', 'GET', '/api/v1/runs?page%5Bsize%5D=100'],
  ['runs.retrieve', 'GET', '/api/v3/runs/run_cm1benchbenchbenchbenchru'],
  ['tasks.trigger', 'POST', '/api/v1/tasks/send-invoice/trigger'],
  ['tokens.claims', 'POST', '/api/v1/auth/jwt/claims'],
] satisfies [EndpointName, string, string][])('an answer of %s is one of that endpoint', (name, method, url) => {
  const answer = answers(method, url);
  const body: unknown = JSON.parse(answer?.body.toString() ?? '');
  expect(endpoints[name].output().safeParse(body).error).toBeUndefined();
  expect(answer?.headers['content-length']).toBe(String(answer?.body.length));
  // Made once, before it is asked for again.
  expect(answers(method, url)).toBe(answer);
});

it('of anything else is none', () => {
  expect(answers('GET', '/api/v1/queues')).toBeUndefined();
  expect(answers('DELETE', '/api/v1/runs')).toBeUndefined();
});
