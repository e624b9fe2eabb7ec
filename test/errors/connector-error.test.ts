import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConnectorError, errorCodes, errorFromIssues } from '../../src/errors/index.js';
import { fakeKeys } from '../fake-api/keys.js';

const key = fakeKeys['pat:alice'];

describe('ConnectorError', () => {
  it('is an Error with a code, a message, and only the details that it was given', () => {
    const error = new ConnectorError('not_found', 'No such run.', { endpoint: 'runs.retrieve', status: 404 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error.name).toBe('ConnectorError');
    expect(String(error)).toBe('ConnectorError: No such run.');
    expect({ ...error }).toEqual({ code: 'not_found', endpoint: 'runs.retrieve', status: 404 });
    expect('field' in error).toBe(false);
    expect(error.cause).toBeUndefined();
  });

  it('says the hint of its code when it has no message of its own', () => {
    expect(new ConnectorError('timeout').message).toBe(errorCodes.timeout.hint);
  });

  it('gives everything to JSON, and the stack to nobody', () => {
    const details = {
      field: 'apiKey',
      path: 'data.3',
      endpoint: 'runs.list',
      status: 429,
      docs: 'https://trigger.dev/docs',
      retryAfterMs: 250,
    };
    const error = new ConnectorError('rate_limited', 'Wait.', details);
    expect(error.toJSON()).toEqual({ code: 'rate_limited', message: 'Wait.', ...details });
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'rate_limited', message: 'Wait.', ...details });
    expect(JSON.parse(JSON.stringify(new ConnectorError('timeout', 'Late.')))).toEqual({
      code: 'timeout',
      message: 'Late.',
    });
  });

  it('leaves out details that are undefined', () => {
    const error = new ConnectorError('timeout', 'Late.', { field: undefined, status: undefined });
    expect(Object.keys(error)).toEqual(['code']);
  });

  it.each([
    ['the message', new ConnectorError('network', `GET with ${key} failed, ${encodeURIComponent(`"${key}"`)}`)],
    ['field', new ConnectorError('unknown_field', 'No.', { field: key })],
    ['path', new ConnectorError('input_invalid', 'No.', { path: `options.${key}.x` })],
    ['endpoint', new ConnectorError('input_invalid', 'No.', { endpoint: key })],
    ['docs', new ConnectorError('input_invalid', 'No.', { docs: `https://example.test/?k=${key}` })],
    ['issues', errorFromIssues([{ code: 'key_invalid', field: key, message: `Not ${key}.` }])],
  ])('masks a key that came in through %s', (_, error) => {
    const everything = [
      error.message,
      error.stack,
      String(error),
      JSON.stringify(error),
      inspect(error, { showHidden: true, depth: null }),
    ].join('\n');
    expect(everything).not.toContain(key);
    expect(everything).toContain('[redacted]');
  });
});

describe('errorFromIssues', () => {
  it('takes code and field from the first issue and says all of them', () => {
    const error = errorFromIssues([
      { code: 'environment_invalid', field: 'environment', message: 'Choose one.' },
      { code: 'project_ref_required', field: 'projectRef', message: 'Enter one.' },
    ]);
    expect(error).toMatchObject({ code: 'environment_invalid', field: 'environment' });
    expect(error.message).toBe('Choose one. Enter one.');
  });

  it('is not for nothing', () => {
    expect(() => errorFromIssues([])).toThrow(TypeError);
  });
});
