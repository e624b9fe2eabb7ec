import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RouteRow, routeRows, there } from './nango-rows.js';
import { post, type Served, servedHost } from './served.js';

/** A real Nango with our functions, and a connection of the id that the rows name; see docs/nango.md. */
const real = { url: process.env['NANGO_LIVE_URL'], key: process.env['NANGO_LIVE_KEY'] };

let served = {} as Served;

beforeAll(async () => {
  served = await servedHost({ runs: 20 });
  const { config, credentials } = served;
  const body = { connection_id: there, provider_config_key: 'trigger-dev', credentials, connection_config: config };
  expect((await post(served, '/connections', body)).status).toBe(201);
  await vi.waitFor(() => expect(served.store.lastOutcome(there, 'env-vars')).toBeDefined(), 10_000);
});

afterAll(() => served.close());

interface Answer {
  readonly status: number;
  readonly body: { error?: { code?: string; errors?: { path: (string | number)[] }[] } };
}

async function ask(to: { url: string; key: string }, { body, headers, request }: RouteRow): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ');
  const all = {
    authorization: `Bearer ${to.key}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  };
  const given = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
  const response = await fetch(`${to.url}${path}`, {
    method,
    headers: given,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text === '' ? '{}' : text) as Answer['body'] };
}

const saidBy = ({ body, status }: Answer, { code }: { code?: string | undefined }) => [
  status,
  code === undefined ? undefined : body.error?.code,
];

function expectRow({ body, status }: Answer, row: RouteRow) {
  expect(saidBy({ body, status }, row)).toEqual([row.status, row.code]);
  if (row.problems !== undefined) {
    expect(body.error?.errors?.map(({ path }) => path.join('.'))).toEqual(row.problems);
  }
  if (row.answer !== undefined) {
    expect(body).toMatchObject(row.answer as object);
  }
}

const rows = routeRows.map((row) => ({ ...row, name: `${row.request}: ${row.what}` }));

describe('as on Nango', () => {
  it.each(rows.filter(({ kept }) => kept === undefined))('$name', async (row) => {
    expectRow(await ask({ url: served.server.url, key: served.apiKey }, row), row);
  });
});

describe('kept on purpose', () => {
  it.each(rows.filter(({ kept }) => kept !== undefined))('$name', async (row) => {
    const { kept = { status: 0 } } = row;
    const answer = await ask({ url: served.server.url, key: served.apiKey }, row);
    expect(saidBy(answer, kept)).toEqual([kept.status, kept.code]);
  });
});

describe.skipIf(real.url === undefined || real.key === undefined)('on a real Nango', () => {
  it.each(rows)('$name', async (row) => {
    expectRow(await ask({ url: real.url ?? '', key: real.key ?? '' }, row), row);
  });
});
