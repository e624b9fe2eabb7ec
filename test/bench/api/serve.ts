import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answersOf } from './answers.js';

export interface ApiOptions {
  readonly runs: number;
  /** Milliseconds before an answer is sent. */
  readonly delayMs: number;
  /** One run in so many has not ended. */
  readonly openEvery?: number;
}

/** Serves until the parent goes, and tells it the port. `GET /asked` says how many requests came before. */
export function serve({ delayMs, openEvery, runs }: ApiOptions): void {
  const answers = answersOf(runs, openEvery);
  let asked = 0;
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    if (url === '/asked') {
      response.end(String(asked));
      return;
    }
    asked += 1;
    const { body, headers } = answers(method, url) ?? { body: `Nothing here: ${method} ${url}`, headers: undefined };
    const answer = () => {
      response.writeHead(headers === undefined ? 404 : 200, {
        ...headers,
        'x-ratelimit-reset': String(Date.now() + 10_000),
      });
      response.end(body);
    };
    // The answer waits for the whole request: a connection that is kept would go on with its rest.
    request.resume().once('end', () => (delayMs > 0 ? setTimeout(answer, delayMs) : answer()));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}
