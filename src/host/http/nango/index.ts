import { type Context, Hono } from 'hono';
import { Refusal, refused } from '../refusal.js';
import { sizeLimit } from '../size-limit.js';
import { addActions } from './actions.js';
import { addAsyncActions } from './async-actions.js';
import { callLimit } from './call-limit.js';
import { addCatalogue } from './catalogue.js';
import { addConnectSessions } from './connect-sessions.js';
import { addConnections } from './connections.js';
import type { NangoApi } from './context.js';
import { addMcp } from './mcp.js';
import { addProxy } from './proxy.js';
import { addRecords } from './records.js';
import { addSyncs } from './syncs.js';

const megabyte = 1024 * 1024;
const largestProxied = 16 * megabyte;
const largestInput = 4 * megabyte;

/** Routes of Nango's that this host leaves to Nango. Source: its list of public routes. */
const leftOut = [
  ['PATCH', '/records/prune'],
  ['POST', '/integrations'],
  ['POST', '/integrations/quickstart'],
  ['PATCH', '/integrations/:id'],
  ['DELETE', '/integrations/:id'],
  ['GET', '/integrations/:id/functions'],
  ['GET', '/integrations/:id/functions/:name'],
  ['DELETE', '/integrations/:id/functions/:name'],
  ['GET', '/integrations/:id/functions/:name/code'],
  ['GET', '/providers/:id/templates'],
  ['GET', '/config/:id'],
  ['GET', '/environment-variables'],
  ['GET', '/scripts/config'],
  ['POST', '/sync/deploy'],
  ['POST', '/sync/deploy/confirmation'],
  ['POST', '/sync/:name/variant/:variant'],
  ['DELETE', '/sync/:name/variant/:variant'],
  ['POST', '/connection/:id/metadata'],
  ['PATCH', '/connection/:id/metadata'],
  ['ALL', '/v1/*'],
] as const;

/** Ways to connect that are not by API key, and callbacks of theirs: nobody signs in here. */
const otherWays = [
  '/oauth/*',
  '/oauth2/*',
  '/auth/*',
  '/app-auth/*',
  '/app-store-auth/*',
  '/api-auth/basic/:id',
  '/webhook/*',
];

const notHere = () => {
  throw new Refusal(
    501,
    'not_implemented',
    'This host does not offer that call. Nango does: deploy the same functions there (docs/nango.md).',
  );
};

/** The part of Nango's API that its clients need for this integration: same paths, bodies, statuses and codes. */
export function nangoApi(nango: NangoApi): Hono {
  const api = new Hono();
  api.onError((error, context) => {
    const response = refused(context, error);
    if (response.status === 500 && !(error instanceof Refusal)) {
      nango.log('error', 'request.crashed', { path: context.req.path });
    }
    return response;
  });
  if (nango.host.likeNango !== undefined) {
    api.use(callLimit(nango.host.likeNango));
  }
  const tooLarge = (most: number) => (context: Context) =>
    refused(context, new Refusal(413, 'request_too_large', `A body is at most ${most / megabyte} MiB.`));
  const limited = (most: number) => sizeLimit(most, tooLarge(most));
  api.use('/proxy/*', limited(largestProxied));
  for (const path of [
    '/action/*',
    '/actions/*',
    '/connections/*',
    '/connection/*',
    '/connect/sessions/*',
    '/api-auth/*',
    '/sync/*',
    '/mcp',
  ]) {
    api.use(path, limited(largestInput));
  }
  addCatalogue(api, nango);
  addConnectSessions(api, nango);
  addConnections(api, nango);
  addRecords(api, nango);
  addActions(api, nango);
  addAsyncActions(api, nango);
  addSyncs(api, nango);
  addMcp(api, nango);
  addProxy(api, nango);
  for (const [method, path] of leftOut) {
    api.on(method, path, nango.access.withApiKey, notHere);
  }
  for (const path of otherWays) {
    api.all(path, notHere);
  }
  return api;
}
