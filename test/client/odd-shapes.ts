/** A response to a subscription: its status, headers and body. */
export interface OddShape {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export const place = {
  'content-type': 'application/json',
  'electric-offset': '1_0',
  'electric-handle': 'a-handle',
  'electric-schema': '{}',
  'electric-cursor': '1',
};
export const upToDate = { headers: { control: 'up-to-date' } };
export const row = (id: string, more: object = {}) => ({
  key: id,
  value: { friendlyId: id, status: 'PENDING', taskIdentifier: 'a', createdAt: '2026-11-20T09:00:00.000', ...more },
  headers: { operation: 'insert' },
});

const shape = (...messages: readonly unknown[]): OddShape => ({ headers: place, body: JSON.stringify(messages) });
const without = (name: keyof typeof place): OddShape => {
  const { [name]: _, ...headers } = place;
  return { headers, body: JSON.stringify([row('run_1'), upToDate]) };
};
const withHeader = (name: string, value: string): OddShape => ({
  headers: { ...place, [name]: value },
  body: JSON.stringify([row('run_1'), upToDate]),
});

/** What no Trigger.dev server sends: a subscription to it fails with `invalid_response` or the code that is named. */
export const oddShapes: Readonly<Record<string, OddShape & { readonly code?: string }>> = {
  'null among messages': shape(null, row('run_1'), upToDate),
  'an empty object among messages': shape({}, row('run_1'), upToDate),
  'numbers for messages': shape(1, 2, 3),
  'lists for messages': shape([], [[]]),
  'texts for messages': shape('a', 'b'),
  'a message without headers': shape({ key: 'a', value: {} }, upToDate),
  'a message whose headers are null': shape({ key: 'a', value: {}, headers: null }, upToDate),
  'a message of an unknown kind': shape({ headers: { a: 1 } }, upToDate),
  'a row without a key': shape({ ...row('run_1'), key: undefined }, upToDate),
  'a row whose key is a number': shape({ ...row('run_1'), key: 7 }, upToDate),
  'a row without a value': shape({ ...row('run_1'), value: undefined }, upToDate),
  'a row whose value is null': shape({ ...row('run_1'), value: null }, upToDate),
  'a row whose value is text': shape({ ...row('run_1'), value: 'abc' }, upToDate),
  'a row without columns': shape({ ...row('run_1'), value: {} }, upToDate),
  'a row without an id': shape(row('run_1', { friendlyId: null }), upToDate),
  'a row whose id is an object': shape(row('run_1', { friendlyId: { a: 1 } }), upToDate),
  'a row whose status is a list': shape(row('run_1', { status: [] }), upToDate),
  'an operation that is none': shape({ ...row('run_1'), headers: { operation: {} } }, upToDate),
  'an object': { headers: place, body: '{"data":[]}' },
  text: { headers: place, body: '"abc"' },
  'truncated JSON': { headers: place, body: '[{"key":"run_1","value":{"frien' },
  nothing: { headers: place, body: '' },
  'a page of HTML': { headers: { ...place, 'content-type': 'text/html' }, body: '<p>hi' },
  'no offset': without('electric-offset'),
  'no handle': without('electric-handle'),
  'no schema': without('electric-schema'),
  'an offset that is none': withHeader('electric-offset', 'soon'),
  'an offset below zero': withHeader('electric-offset', '-7_x'),
  'a schema that is no JSON': withHeader('electric-schema', '{oops'),
  'a schema that is null': withHeader('electric-schema', 'null'),
  'a schema of numbers that are none': {
    headers: { ...place, 'electric-schema': '{"friendlyId":{"type":"int8"}}' },
    body: JSON.stringify([row('run_x'), upToDate]),
  },
  'a schema of a list without end': {
    headers: { ...place, 'electric-schema': '{"runTags":{"type":"text","dims":1}}' },
    body: JSON.stringify([row('run_1', { runTags: '{'.repeat(100_000) }), upToDate]),
  },
  'a start over without end': { status: 409, headers: place, body: '[{"headers":{"control":"must-refetch"}}]' },
  'a conflict that is no start over': { status: 409, body: '{"error":"no"}', code: 'conflict' },
  'a status that is none': { status: 299, body: 'x' },
  'not modified': { status: 304, body: '', code: 'redirect_refused' },
};

const many = (count: number) => Array.from({ length: count }, (_, index) => row(`run_${index}`));

/** What is odd but readable: these bring this many runs. */
export const readableShapes: Readonly<Record<string, OddShape & { readonly runs: number }>> = {
  '200000 rows': { headers: place, body: JSON.stringify([...many(200_000), upToDate]), runs: 200_000 },
  'a row of 8 MB': { ...shape(row('run_1', { payload: 'x'.repeat(8_000_000) }), upToDate), runs: 1 },
  'columns of other types': {
    ...shape(row('run_1', { runTags: [{ toString: 1 }], number: {}, usageDurationMs: { valueOf: 1, toString: 1 } })),
    runs: 1,
  },
  'a row named __proto__': { ...shape({ ...row('run_1'), key: '__proto__' }, upToDate), runs: 1 },
  'a row that is deleted': {
    ...shape(
      row('run_1'),
      row('run_2'),
      { key: 'run_1', value: { id: '1' }, headers: { operation: 'delete' } },
      upToDate,
    ),
    runs: 1,
  },
};
