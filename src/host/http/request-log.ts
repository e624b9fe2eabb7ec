import type { MiddlewareHandler } from 'hono';
import type { Log } from '../log.js';
import { callerOf } from './access.js';

/** One line a request. The path only: a query may hold a session token. */
export function requestLog(log: Log): MiddlewareHandler {
  return async (context, next) => {
    const startedAt = performance.now();
    await next();
    const { status } = context.res;
    log(status >= 500 ? 'warn' : 'info', 'request', {
      method: context.req.method,
      path: context.req.path,
      status,
      ms: Math.round(performance.now() - startedAt),
      caller: callerOf(context),
    });
  };
}
