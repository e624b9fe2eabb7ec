import { SignJWT } from 'jose';
import type { HttpHandler } from 'msw';
import { allows, authenticateSecretKey, authenticateUnrestricted } from './auth.js';
import { type Answer, json } from './problems.js';
import { type Call, type RouteTable, route } from './route.js';
import type { FakeEnvironment } from './types.js';

const MONTH = 30 * 86_400;

/** POST /api/v1/auth/jwt/claims · POST /api/v1/auth/public-tokens */
export function tokenHandlers(table: RouteTable): HttpHandler[] {
  return [
    ...route(table, 'post', '/api/v1/auth/jwt/claims', {}, claims),
    ...route(table, 'post', '/api/v1/auth/public-tokens', {}, mint),
  ];
}

function claims(call: Call): Answer {
  const auth = authenticateUnrestricted(call.project, call.request);
  return auth.ok ? json(200, { sub: auth.value.env.id, pub: true }) : auth.answer;
}

interface MintBody {
  scopes?: unknown;
  expirationTime?: unknown;
  oneTimeUse?: unknown;
  realtime?: unknown;
}

const tooFew = {
  code: 'too_small',
  minimum: 1,
  type: 'array',
  inclusive: true,
  exact: false,
  message: 'Array must contain at least 1 element(s)',
  path: ['scopes'],
};

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Unix seconds, or what is wrong. Only the short spans that tests and recordings send are read. */
function expiry(given: unknown, now: number): number | string {
  const [, count, unit = ''] = /^(\d+)([smhd])(?:r|in)?$/.exec(String(given)) ?? [];
  const time =
    given === undefined
      ? now + 900
      : typeof given === 'number'
        ? given
        : now + Number(count) * (seconds[unit] ?? Number.NaN);
  if (!Number.isFinite(time)) {
    return 'Invalid expiration time';
  }
  if (time <= now) {
    return 'Expiration time must be in the future';
  }
  return time > now + MONTH ? 'Expiration time cannot exceed 30 days' : time;
}

/** Does a key that has these scopes grant one of its own? */
function grants(held: readonly string[] | undefined, env: FakeEnvironment, scope: string): boolean {
  const [action = '', type = '', ...id] = scope.split(':');
  const access = held === undefined ? { env } : { env, scopes: held };
  return allows(access, [action], [id.length === 0 ? { type } : { type, id: id.join(':') }]);
}

async function mint(call: Call): Promise<Answer> {
  const auth = authenticateSecretKey(call.project, call.request);
  if (!auth.ok) {
    return auth.answer;
  }
  const body = (await call.request.json().catch(() => ({}))) as MintBody;
  const { env, scopes: held } = auth.value;
  const scopes = Array.isArray(body.scopes) ? body.scopes.map(String) : [];
  if (scopes.length === 0) {
    return json(400, { error: 'Invalid request body', issues: [tooFew] });
  }
  const now = Math.floor(call.project.now() / 1000);
  const exp = expiry(body.expirationTime, now);
  if (typeof exp === 'string') {
    return json(400, { error: exp });
  }
  const deniedScopes = scopes.filter((scope) => !grants(held, env, scope));
  if (deniedScopes.length > 0) {
    const error = "Requested scopes exceed the API key's access";
    return json(403, { error, code: 'scopes_exceed_key_access', deniedScopes });
  }
  const { realtime } = body;
  const payload = { sub: env.id, pub: true, scopes, ...(body.oneTimeUse === true && { otu: true }) };
  const token = await new SignJWT({
    ...payload,
    ...(typeof realtime === 'object' && realtime !== null && { realtime }),
  })
    .setIssuer('https://id.trigger.dev')
    .setAudience('https://api.trigger.dev')
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(exp)
    .setIssuedAt(now)
    .sign(new TextEncoder().encode(env.rootKey));
  return json(200, { token });
}
