import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints, supports } from '../../src/api/index.js';
import type { Connection } from '../../src/connection/index.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { parseResponse } from '../../src/gate/index.js';
import { keys } from '../connection/cases.js';
import { connect, connections, ref, thrownBy } from './connections.js';

interface Thrown {
  code: ErrorCode;
  message: string;
}

const refusal = (name: EndpointName, connection: Connection | undefined, status: number, error: string): Thrown =>
  thrownBy(() =>
    parseResponse(
      endpoints[name],
      { status, headers: {}, body: { error } },
      connection === undefined ? {} : { connection },
    ),
  ) as Thrown;

// Older routes: unrestricted secret keys only, and 401 to all others.
const older = `
  runs.reschedule schedules.list schedules.create schedules.retrieve schedules.update schedules.activate
  schedules.deactivate schedules.del tokens.claims whoami`
  .trim()
  .split(/\s+/) as EndpointName[];

const preview = connect(keys.preview, { previewBranch: 'feature/x', projectRef: ref });
const additionalPreview = connect(keys.additionalPreview, { previewBranch: 'feature/x', projectRef: ref });
const vague = 'Invalid or Missing API Key';

describe('a vague 401', () => {
  it('is marked on the routes that give it, and on no other', () => {
    expect(endpointNames.filter((name) => endpoints[name].fullAccess === true)).toEqual(older);
  });

  it.each(older)('of %s to an additional key says that it may be restricted', (name) => {
    const { code, message } = refusal(name, connections.additional, 401, vague);
    expect(code).toBe('key_lacks_full_access');
    expect(message).toMatch(/only unrestricted keys.*as it answers a wrong one/);
    expect(message).not.toContain('branch');
  });

  it.each(older)('of %s to a root key says that the key is wrong', (name) => {
    expect(refusal(name, connections.root, 401, vague)).toMatchObject({ code: 'unauthorized' });
    expect(refusal(name, connections.root, 401, vague).message).not.toMatch(/restrict|branch/);
  });

  it.each(older)('of %s with a preview branch names the branch too', (name) => {
    expect(refusal(name, preview, 401, vague)).toMatchObject({ code: 'unauthorized' });
    expect(refusal(name, additionalPreview, 401, vague)).toMatchObject({ code: 'key_lacks_full_access' });
    for (const connection of [preview, additionalPreview]) {
      expect(refusal(name, connection, 401, vague).message).toContain('With a preview branch it can also mean');
    }
  });

  it.each(endpointNames.filter((name) => !older.includes(name)))('of %s has one meaning', (name) => {
    for (const connection of [connections.root, connections.additional, preview, additionalPreview]) {
      const { code, message } = refusal(name, connection, 401, 'Invalid API key');
      expect(code).toBe('unauthorized');
      expect(message).not.toMatch(/restrict|preview/);
    }
  });

  it('means the key where nobody says which connection asked', () => {
    expect(refusal('schedules.list', undefined, 401, vague)).toMatchObject({ code: 'unauthorized' });
  });

  it.each([
    [401, 'x-trigger-branch header required for preview env', 'branch_header_required'],
    [401, 'No matching branch env', 'branch_not_found'],
    [403, 'Unauthorized', 'forbidden'],
    [404, 'Schedule not found', 'not_found'],
    [422, 'Cannot update a declarative schedule', 'unprocessable'],
  ] as const)('is not what %i %s is', (status, text, code) => {
    expect(refusal('schedules.update', additionalPreview, status, text)).toMatchObject({ code });
  });
});

describe('a list of runs that the server refuses as too much', () => {
  it.each(['', 'Narrow the time window.', 'words that nobody knows yet'])('says to narrow the window: %j', (text) => {
    const { code, message } = refusal('runs.list', connections.root, 422, text);
    expect(code).toBe('unprocessable');
    expect(message).toContain('Narrow the time window: pass `from` and `to`');
    expect(message.endsWith(text === '' ? 'closer together.' : `The server answered: ${text}`)).toBe(true);
  });

  it.each(endpointNames.filter((name) => name !== 'runs.list'))('is not what 422 of %s is', (name) => {
    const { code, message } = refusal(name, connections.root, 422, 'Narrow the time window.');
    expect([code, message]).toEqual(['unprocessable', `${name}: The server answered 422: Narrow the time window.`]);
  });
});

describe('an error', () => {
  const callable = endpointNames.flatMap((name) =>
    (['root', 'additional', 'pat'] as const)
      .filter((kind) => supports(name, kind))
      .map((kind) => [name, kind] as const),
  );

  it.each(callable)('of %s with %s never holds the key or a whole body', (name, kind) => {
    const connection = connections[kind];
    for (const status of [400, 401, 403, 404, 409, 413, 422, 429, 500]) {
      const error = refusal(name, connection, status, `no ${connection.key.reveal()} ${'x'.repeat(5_000)}`);
      expect(JSON.stringify(error)).not.toContain(connection.key.reveal());
      expect(error.message.length).toBeLessThan(600);
    }
  });
});
