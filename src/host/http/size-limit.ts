import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

type OnError = (context: Context) => Response | Promise<Response>;

/**
 * Refuses a body of more than `most` bytes. One that tells its length is refused or let through by that alone:
 * to look at the body would make a whole web Request of it, which costs as much as the rest of a small call.
 */
export function sizeLimit(most: number, onError: OnError): MiddlewareHandler {
  const counting = bodyLimit({ maxSize: most, onError });
  return (context, next) => {
    if (context.req.header('transfer-encoding') !== undefined) {
      return counting(context, next);
    }
    const length = Number(context.req.header('content-length') ?? 0);
    return length <= most ? next() : Promise.resolve(onError(context));
  };
}
