import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints, supports } from '../../src/api/index.js';
import { connectionFromToken } from '../../src/connection/index.js';
import { guardToken } from '../../src/tokens/index.js';
import { loadRecordings, type Recording } from '../contract/recordings.js';
import { shaped } from '../tokens/token.js';
import { thrownBy } from './connections.js';
import { endpointAsked } from './recorded-endpoints.js';
import { asked, cellsOf, loadMatrix } from './server-matrix-cells.js';

// The rows say which scopes let a token call them. That they are right shows in what a server served to tokens.

const now = Date.now();

/** What is said of a token with these scopes before anything is sent; nothing where it may try. */
function guard(name: EndpointName, scopes: readonly string[], input: unknown): string | undefined {
  const kind = supports(name, 'publicAccessToken') ? 'publicAccessToken' : 'triggerToken';
  const token = shaped({ alg: 'HS256' }, { pub: true, scopes, exp: now / 1000 + 60 });
  const error = thrownBy(() => guardToken(connectionFromToken(token, kind, {}, {}), endpoints[name], input, now));
  return error === undefined ? undefined : (error as { code: string }).code;
}

const forTokens = endpointNames.filter((name) => supports(name, 'publicAccessToken') || supports(name, 'triggerToken'));

describe('the scopes of a row', () => {
  it.each(endpointNames)('of %s are there where a token may call it', (name) => {
    expect((endpoints[name].scopes ?? []).length > 0).toBe(forTokens.includes(name));
    for (const scope of endpoints[name].scopes ?? []) {
      expect(scope).toMatch(
        /^(?:read|write|trigger|batchTrigger):(?:runs|tasks|tags|batch|sessions)(?::(?:\*|\{\w+\}))?$/,
      );
    }
  });
});

const matrix = loadMatrix();
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'JWT []': [],
  'JWT read:all': ['read:all'],
  'JWT write:all': ['write:all'],
  'JWT admin': ['admin'],
  'JWT admin minted by PAT': ['admin'],
};

describe.skipIf(matrix === undefined)('a token of the matrix', () => {
  const cells = cellsOf(matrix ?? [])
    .filter(({ credential, refusal }) => refusal === undefined && credential in scopesOf)
    .map((cell) => [cell.line, cell.credential, cell] as const);

  it.each(cells)('%s with %s is told here what the server told it', (line, credential, { name, served }) => {
    const input = asked[line]?.find(([of]) => of === name)?.[1];
    expect(guard(name, scopesOf[credential] ?? [], input)).toBe(served ? undefined : 'scope_missing');
  });
});

const recordings = loadRecordings();

/** The scopes of a recorded token, where its label holds them all. */
const scopesIn = ({ request }: Recording): string[] | undefined =>
  /^jwt:\[[^<]*\]$/.test(request.credential) ? (JSON.parse(request.credential.slice(4)) as string[]) : undefined;

/** The input that made a recorded request, as far as scopes look at it. */
function inputOf({ request }: Recording): Record<string, unknown> {
  const { pathname, searchParams } = new URL(request.path, 'https://api.example.test');
  const id = decodeURIComponent(pathname.split('/')[4] ?? '');
  const task = searchParams.get('filter[taskIdentifier]');
  return {
    ...{ runId: id, batchId: id, session: id, taskId: id, tag: searchParams.get('tags')?.split(',') },
    ...(task !== null && { taskIdentifier: task.split(',') }),
    ...Object(request.body),
  };
}

/** What only the server can tell. */
const leftToTheServer: Readonly<Record<string, string>> = {
  '03-runs-list/124-list-jwt-read-tasks-hello-task-with-two-task-filter.json': 'every task of a filter needs its scope',
  '08-batch/395-v3-create-jwt-batchtrigger-tasks-hello-task-without-taskidentifiers.json':
    'a batch that does not name its tasks, which ours always do',
};

describe.skipIf(recordings === undefined)('a recorded token', () => {
  const exchanges = (recordings ?? []).flatMap((recording) => {
    const name = endpointAsked(recording);
    const scopes = scopesIn(recording);
    // Routes that take no token say 401 to each.
    return name === undefined || scopes === undefined || recording.response.status === 401
      ? []
      : [[recording.file, name, scopes, recording] as const];
  });

  it('is one of many', () => {
    expect(exchanges.length).toBeGreaterThan(40);
    expect(Object.keys(leftToTheServer).filter((file) => !exchanges.some(([of]) => of === file))).toEqual([]);
  });

  it.each(exchanges)('of %s (%s) is told here what the server told it: %j', (file, name, scopes, recording) => {
    const refused = recording.response.status === 403 && leftToTheServer[file] === undefined;
    expect(guard(name, scopes, inputOf(recording))).toBe(refused ? 'scope_missing' : undefined);
  });
});
