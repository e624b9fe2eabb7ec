import type { Context, MiddlewareHandler } from 'hono';
import type { Access } from './access.js';
import { Refusal } from './refusal.js';

/** The API key, typed as the password of Basic authentication; any user name will do. */
function passwordOf(context: Context): string | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,400})$/.exec(context.req.header('authorization') ?? '') ?? [];
  return (
    encoded &&
    Buffer.from(encoded, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '')
  );
}

/**
 * Who may see the pages: on loopback whoever is on this machine, elsewhere whoever has the API key.
 * Throws a 401 that makes a browser ask for it.
 */
export function operatorCheck(access: Access, isLocal: boolean): (context: Context) => void {
  return (context) => {
    if (isLocal) {
      return;
    }
    const password = passwordOf(context);
    if (password === undefined) {
      context.header('www-authenticate', 'Basic realm="Trigger.dev connector", charset="UTF-8"');
      throw new Refusal(401, 'unauthorized', 'Sign in with the API key of this host as the password.');
    }
    access.checkApiKey(context, password);
  };
}

export const onlyOperator =
  (check: (context: Context) => void): MiddlewareHandler =>
  async (context, next) => {
    check(context);
    return next();
  };
