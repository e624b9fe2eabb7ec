import { afterAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../../src/client/api/index.js';
import { callerFor, closeConnections } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { connectionTo, personalToken } from './connections.js';

afterAll(closeConnections);

/** A transport that nothing may reach. */
function unreached(fields: Parameters<typeof connectionTo>[1]) {
  let sent = 0;
  const refuse = () => {
    sent += 1;
    return Promise.reject(new Error('sent'));
  };
  const connection = connectionTo('https://trigger.example.com', { projectRef: 'proj_a', ...fields });
  const call = callerFor(connection, { send: refuse, stream: refuse });
  return { client: createApi(() => call), sent: () => sent };
}

type Act = (method: (...args: unknown[]) => unknown) => unknown;

/** Settles what a method gives: a promise, a list, or what is iterated. */
async function settle(result: unknown): Promise<void> {
  if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result && !('then' in result)) {
    for await (const _ of result as AsyncIterable<unknown>) {
      // Only its end matters.
    }
    return;
  }
  await result;
}

const methodsOf = (client: Api) =>
  Object.entries(client).flatMap(([namespace, methods]) =>
    Object.entries(methods as Record<string, (...args: unknown[]) => unknown>).map(
      ([name, method]) => [`${namespace}.${name}`, method] as const,
    ),
  );

// Those that need no argument would be sent: they are asked with a wrong one below.
const withoutNeeds = new Set([
  'runs.list',
  'envvars.list',
  'schedules.list',
  'schedules.timezones',
  'sessions.list',
  'sessions.open',
  'projects.list',
  'projects.environments',
  'branches.list',
]);

describe('a method that is called wrongly', () => {
  const key = unreached({});
  const token = unreached({ secret: personalToken(), kind: 'pat' });
  const kindOf = (name: string) => (/^(?:projects|branches)\./.test(name) ? token : key);
  const all = methodsOf(key.client).map(([name]) => name);
  const needy = all.filter((name) => !withoutNeeds.has(name));

  it('is one of these', () => {
    expect(all).toHaveLength(35);
    expect(needy).toHaveLength(26);
  });

  const wrong: readonly (readonly [string, Act])[] = [
    ['nothing', (method) => method()],
    ['undefined', (method) => method(undefined, undefined, undefined, undefined)],
    ['null', (method) => method(null, null, null, null)],
    ['numbers', (method) => method(7, 7, 7, 7)],
    ['empty texts', (method) => method('', '', '', '')],
    ['objects', (method) => method({}, {}, {}, {})],
    ['lists', (method) => method([null], [null])],
  ];
  const rows = wrong.flatMap(([what, act]) => needy.map((name) => [name, what, act] as const));

  it.each(rows)('%s with %s rejects with an error of its own, and sends nothing', async (name, _, act) => {
    const { client, sent } = kindOf(name);
    const method = Object.fromEntries(methodsOf(client))[name];
    let result: unknown;
    expect(() => {
      result = act(method as (...args: unknown[]) => unknown);
    }).not.toThrow();
    const error = await settle(result).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConnectorError);
    expect((error as ConnectorError).code).toMatch(/^(?:input_invalid|project_ref_required|environment_mismatch)$/);
    expect(sent()).toBe(0);
  });

  it.each([...withoutNeeds].filter((name) => name !== 'sessions.open' && name !== 'projects.list'))(
    '%s rejects what it does not know, and sends nothing',
    async (name) => {
      const { client, sent } = kindOf(name);
      const method = Object.fromEntries(methodsOf(client))[name];
      const result = method?.(
        ...(name === 'envvars.list' ? ['..', 'prod'] : kindOf(name) === token ? ['..'] : [{ colour: 'red' }]),
      );
      await expect(settle(result)).rejects.toMatchObject({ code: 'input_invalid' });
      expect(sent()).toBe(0);
    },
  );
});
