import type { SendOptions, Transport } from '../../src/client/index.js';
import type { Surroundings } from '../../src/client/send.js';
import type { ConnectorError } from '../../src/errors/index.js';
import type { HttpRequest, HttpResponse } from '../../src/gate/index.js';

/** What one attempt comes to. `takesMs` moves the clock on before. */
export type Outcome = (Partial<HttpResponse> | ConnectorError) & { takesMs?: number };

export const start = 1_800_000_000_000;

/** A clock that moves only by waiting. Chance is always one half. */
export function fakeSurroundings() {
  const waits: number[] = [];
  const state = { now: start };
  const surroundings: Surroundings = {
    now: () => state.now,
    random: () => 0.5,
    sleep: async (ms) => {
      waits.push(ms);
      state.now += ms;
    },
  };
  return { surroundings, waits, state };
}

/** A transport that goes through a script; its last line repeats. */
export function scripted(clock: { now: number }, ...script: readonly Outcome[]) {
  const sent: { request: HttpRequest; options: SendOptions }[] = [];
  const transport: Transport = {
    async send(_connection, request, options) {
      sent.push({ request, options });
      const outcome = script[Math.min(sent.length, script.length) - 1] ?? {};
      clock.now += outcome.takesMs ?? 0;
      if (outcome instanceof Error) {
        throw outcome;
      }
      return { status: 200, headers: {}, body: { data: [], pagination: {} }, ...outcome };
    },
  };
  return { transport, sent };
}
