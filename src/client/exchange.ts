import type { Dispatcher } from 'undici';
import type { HttpResponse } from '../gate/index.js';
import { whenAborted } from './stopping.js';
import type { SendOptions } from './transport.js';

const decoder = new TextDecoder();

/** Where the pieces of most answers are put together: the memory of a new Buffer for each would be freed late. */
let place = Buffer.alloc(0);
const mostKept = 512 * 1024;

function joined(pieces: readonly Uint8Array[]): string {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > mostKept) {
    return decoder.decode(Buffer.concat(pieces));
  }
  if (place.length < length) {
    place = Buffer.allocUnsafeSlow(Math.min(2 * length, mostKept));
  }
  let end = 0;
  for (const piece of pieces) {
    place.set(piece, end);
    end += piece.length;
  }
  const text = decoder.decode(place.subarray(0, end));
  // Nothing of an answer stays longer than its text.
  place.fill(0, 0, end);
  return text;
}

const textOf = (pieces: readonly Uint8Array[]) => (pieces.length < 2 ? decoder.decode(pieces[0]) : joined(pieces));

/**
 * Sends one request and reads its answer as text, without the stream and the signal that undici's `request` makes for
 * each: they cost as much as the exchange, and the timer of a signal lives on until its time is up.
 */
export function exchange(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { maxBytes = Number.POSITIVE_INFINITY, signal, timeoutMs }: SendOptions,
): Promise<HttpResponse & { readonly body: string }> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: Error | undefined;
    let status = 0;
    let received = 0;
    let headers: HttpResponse['headers'] = {};
    const pieces: Buffer[] = [];
    const settle = () => {
      clearTimeout(timer);
      release?.();
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const stop = (error: Error) => {
      stopped = error;
      fail(error);
      controller?.abort(error);
    };
    const onAbort = () => stop(new Error('aborted'));
    const timer = setTimeout(() => stop(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), timeoutMs);
    const release = signal && whenAborted(signal, onAbort);
    if (signal?.aborted) {
      onAbort();
      return;
    }
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        // Stopped while it waited for a connection.
        if (stopped !== undefined) {
          started.abort(stopped);
        }
      },
      onResponseStart(_, code, fields) {
        status = code;
        headers = fields;
      },
      onResponseData(_, piece) {
        pieces.push(piece);
        received += piece.length;
        if (received > maxBytes) {
          stop(Object.assign(new Error('too large'), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' }));
        }
      },
      onResponseEnd() {
        settle();
        resolve({ status, headers, body: textOf(pieces) });
      },
      onResponseError(_, error) {
        fail(error);
      },
    };
    try {
      agent.dispatch(request, handler);
    } catch (error) {
      fail(error);
    }
  });
}
