/** Headers whose presence is part of the contract. */
const watched = [
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-should-retry',
  'x-trigger-jwt',
  'x-trigger-jwt-claims',
  'x-remix-catch',
  'location',
  'allow',
  'retry-after',
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
  'access-control-expose-headers',
];

/** Of those, the ones whose value is fixed. */
const varying = new Set(['x-ratelimit-remaining', 'x-ratelimit-reset', 'x-trigger-jwt', 'x-trigger-jwt-claims']);

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
}

export async function send(
  url: string,
  request: { method: string; path: string; headers: Record<string, string>; body?: string },
): Promise<Reply> {
  const response = await fetch(url + request.path, {
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
    redirect: 'manual',
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

const family = (headers: Readonly<Record<string, string>>): string =>
  (headers['content-type'] ?? '').split(';')[0] ?? '';

/** What the status line and headers have in common with the expectation: all of it, or a list of what differs. */
export function differencesInHead(
  actual: Reply,
  expected: { status: number; headers: Readonly<Record<string, string>> },
): string[] {
  const found: string[] = [];
  const check = (what: string, is: unknown, should: unknown): void => {
    if (is !== should) {
      found.push(`${what}: ${String(is)}, recorded ${String(should)}`);
    }
  };
  check('status', actual.status, expected.status);
  check('content type', family(actual.headers), family(expected.headers));
  for (const name of watched) {
    const [is, should] = [actual.headers[name], expected.headers[name]];
    check(name, varying.has(name) ? is !== undefined : is, varying.has(name) ? should !== undefined : should);
  }
  const reset = actual.headers['x-ratelimit-reset'];
  if (reset !== undefined && !/^1[789]\d{11}$/.test(reset)) {
    found.push(`x-ratelimit-reset is not epoch milliseconds: ${reset}`);
  }
  return found;
}

export function jsonType(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** Keys, whether all rows have them, and their JSON types; nested objects under a dotted name. */
export class Shape {
  readonly #keys = new Map<string, { types: Set<string>; count: number }>();
  #rows = 0;

  add(row: object): void {
    this.#rows += 1;
    for (const [name, type] of fields(row)) {
      const key = this.#keys.get(name) ?? { types: new Set(), count: 0 };
      key.types.add(type);
      key.count += 1;
      this.#keys.set(name, key);
    }
  }

  /** A key that the facts document and no recording happened to show. */
  allow(name: string, ...types: string[]): void {
    const key = this.#keys.get(name) ?? { types: new Set(), count: 0 };
    for (const type of types) {
      key.types.add(type);
    }
    this.#keys.set(name, key);
  }

  get rows(): number {
    return this.#rows;
  }

  differences(row: object): string[] {
    const present = new Map(fields(row));
    const found: string[] = [];
    for (const [name, type] of present) {
      const types = this.#keys.get(name)?.types;
      if (types === undefined) {
        found.push(`${name} was never recorded`);
      } else if (!types.has(type)) {
        found.push(`${name} is ${type}, recorded ${[...types].join(' or ')}`);
      }
    }
    for (const [name, { count }] of this.#keys) {
      if (count === this.#rows && !present.has(name)) {
        found.push(`${name} is missing, recorded in every row`);
      }
    }
    return found;
  }
}

/** Free JSON: its inside is the user's. */
const opaque = new Set(['metadata', 'payload', 'output']);

function fields(row: object, prefix = ''): [string, string][] {
  return Object.entries(row).flatMap(([key, value]): [string, string][] => {
    const name = prefix + key;
    const own: [string, string] = [name, jsonType(value)];
    return jsonType(value) === 'object' && !opaque.has(name) ? [own, ...fields(value as object, `${name}.`)] : [own];
  });
}
