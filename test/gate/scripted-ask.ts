import type { EndpointName } from '../../src/api/index.js';
import type { Connection } from '../../src/connection/index.js';
import type { AnyEndpoint, Ask } from '../../src/gate/index.js';
import { build, connections } from './connections.js';

export interface Asked {
  readonly name: EndpointName;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What one call comes to: an output, an error, or either made of the input. */
type Answer = unknown;

/**
 * Calls without a network: every input passes the gate, then the script answers.
 * The last answer of a script repeats; an error is thrown.
 */
export function scriptedAsk(
  script: Readonly<Partial<Record<EndpointName, readonly Answer[]>>>,
  connection: Connection = connections.root,
): { ask: Ask; asked: Asked[] } {
  const asked: Asked[] = [];
  const ask = async (endpoint: AnyEndpoint, input: unknown): Promise<unknown> => {
    const name = endpoint.name as EndpointName;
    build(connection, name, input);
    asked.push({ name, input: input as Asked['input'] });
    const answers = script[name];
    if (answers === undefined) {
      throw new Error(`${name} is not in the script`);
    }
    const times = asked.filter((one) => one.name === name).length;
    const answer = answers[Math.min(times, answers.length) - 1];
    const outcome: unknown = typeof answer === 'function' ? answer(input) : answer;
    if (outcome instanceof Error) {
      throw outcome;
    }
    return outcome;
  };
  return { ask: ask as Ask, asked };
}

export const namesOf = (asked: readonly Asked[]) => asked.map(({ name }) => name);

/** What a promise is rejected with, or nothing where it is fulfilled. */
export async function rejectionOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}
