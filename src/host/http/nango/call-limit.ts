import type { MiddlewareHandler } from 'hono';
import type { LikeNango } from '../../runner/like-nango.js';

/** Nango's limit of 200 calls per minute, where the host is to have it: 429 with Nango's body. */
export const callLimit =
  (platform: LikeNango): MiddlewareHandler =>
  async (context, next) => {
    const isProgram = context.req.header('authorization')?.startsWith('Bearer ') === true;
    if (isProgram && !platform.customers.take()) {
      const { method, path } = context.req;
      context.header('retry-after', '60');
      return context.json({ error: { code: 'too_many_request', method, path } }, 429);
    }
    return next();
  };
