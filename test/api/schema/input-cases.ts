import { expect, it } from 'vitest';
import { type EndpointName, supports } from '../../../src/api/index.js';
import type { Connection } from '../../../src/connection/index.js';
import type { ErrorCode } from '../../../src/errors/index.js';
import type { HttpRequest } from '../../../src/gate/index.js';
import { keys } from '../../connection/cases.js';
import { build, connections, thrownBy } from '../../gate/connections.js';

/** An input to refuse, how the path that the refusal names begins ('' is the input as a whole), and its code. */
export type Bad = readonly [input: unknown, path: string, code?: ErrorCode | undefined];

/** An input to take, and what of the request it decides. */
export type Good = readonly [what: string, input: unknown, expected: Partial<HttpRequest>];

const connectionFor = (name: EndpointName): Connection => (supports(name, 'root') ? connections.root : connections.pat);

function shown(input: unknown): string {
  try {
    return (JSON.stringify(input) ?? String(input)).slice(0, 90);
  } catch {
    return 'what JSON cannot hold';
  }
}

export function refuses(name: EndpointName, rows: readonly Bad[]): void {
  it.each(rows.map(([input, path, code], index) => [index, shown(input), input, path, code] as const))(
    `${name} refuses %i: %s`,
    (_, __, input, path, code = 'input_invalid') => {
      const error = thrownBy(() => build(connectionFor(name), name, input));
      expect(error).toMatchObject({ name: 'ConnectorError', code, endpoint: name });
      const { message, path: named = '' } = error as Error & { path?: string };
      expect(path === '' ? named : named.slice(0, path.length)).toBe(path);
      expect(message).toMatch(/\.$/);
      expect(message).not.toContain(keys.prod);
    },
  );
}

export function takes(name: EndpointName, rows: readonly Good[]): void {
  it.each(rows)(`${name} takes %s`, (_, input, expected) => {
    const request = build(connectionFor(name), name, input);
    for (const [field, value] of Object.entries(expected)) {
      expect(request).toHaveProperty(field, value);
    }
  });
}

const odd = ['', ' ', 'x y', '..', '../..', 7, null, {}, [], true];

/** What no id of the API looks like. */
export const badIds = (prefix: string): readonly unknown[] => [
  ...odd,
  `${prefix}_`,
  `${prefix}_x/../../y`,
  `${prefix}_%2e%2e`,
  `${prefix}_a b`,
  `${prefix}_a?x`,
  `${prefix}_a#x`,
  `${prefix.toUpperCase()}_a`,
  `${prefix}_ä`,
  `${prefix}_a\n`,
  `other_${prefix}_a`,
  `${prefix}_${'x'.repeat(65)}`,
];

/** Text that no encoding keeps in its place in a path, or that is no text. */
export const badSegments: readonly unknown[] = [
  ...['', '.', '..', ' .. ', '%2e', '%2E%2e', '.%2E', '%2e.', '\ud800', 'a\u0000b', 'a\nb', '\u007f'],
  ...[7, null, {}, [], true],
];

/** Text that is only odd, and how it travels. */
export const oddSegments: readonly (readonly [string, string])[] = [
  ['my/task', 'my%2Ftask'],
  ['a\\b', 'a%5Cb'],
  ['a?b#c', 'a%3Fb%23c'],
  ['ä ö', '%C3%A4%20%C3%B6'],
  ['a%2Fb', 'a%252Fb'],
  ['...', '...'],
  ['..a', '..a'],
  ['a/../b', 'a%2F..%2Fb'],
];
