import type { EndpointName } from '../../src/api/index.js';
import type { Connection } from '../../src/connection/index.js';
import { keys } from '../connection/cases.js';
import type { Recording } from '../contract/recordings.js';
import { connect, connections, ref } from './connections.js';

const project = '/api/v1/projects/[^/]+';
const variable = `${project}/envvars/[^/]+`;
const channel = '/realtime/v1/sessions/[^/]+/(?:in|out)';

/** Written by hand, not read off the rows: a path that is wrong there finds no recording here. */
const asked: readonly (readonly [EndpointName, string])[] = [
  ['tasks.trigger', 'POST /api/v1/tasks/[^/]+/trigger/?'],
  ['batch.trigger', 'POST /api/v3/batches'],
  ['batch.addItems', 'POST /api/v3/batches/[^/]+/items'],
  ['batch.retrieve', 'GET /api/v2/batches/[^/]+'],
  ['runs.list', 'GET /api/v1/runs/?'],
  ['runs.list', `GET ${project}/runs`],
  ['runs.retrieve', 'GET /api/v3/runs/[^/]+'],
  ['runs.cancel', 'POST /api/v2/runs/[^/]+/cancel'],
  ['runs.replay', 'POST /api/v1/runs/[^/]+/replay'],
  ['runs.reschedule', 'POST /api/v1/runs/[^/]+/reschedule'],
  ['runs.subscribeToRun', 'GET /realtime/v1/runs/[^/]+'],
  ['runs.subscribeToRunsWithTag', 'GET /realtime/v1/runs'],
  ['runs.subscribeToBatch', 'GET /realtime/v1/batches/[^/]+'],
  ['envvars.list', `GET ${variable}`],
  ['envvars.retrieve', `GET ${variable}/[^/]+`],
  ['envvars.create', `POST ${variable}`],
  ['envvars.upload', `POST ${variable}/import`],
  ['envvars.update', `PUT ${variable}/[^/]+`],
  ['envvars.del', `DELETE ${variable}/[^/]+`],
  ['schedules.list', 'GET /api/v1/schedules'],
  ['schedules.create', 'POST /api/v1/schedules'],
  ['schedules.retrieve', 'GET /api/v1/schedules/[^/]+'],
  ['schedules.update', 'PUT /api/v1/schedules/[^/]+'],
  ['schedules.activate', 'POST /api/v1/schedules/[^/]+/activate'],
  ['schedules.deactivate', 'POST /api/v1/schedules/[^/]+/deactivate'],
  ['schedules.del', 'DELETE /api/v1/schedules/[^/]+'],
  ['schedules.timezones', 'GET /api/v1/timezones'],
  ['sessions.start', 'POST /api/v1/sessions'],
  ['sessions.list', 'GET /api/v1/sessions'],
  ['sessions.retrieve', 'GET /api/v1/sessions/[^/]+'],
  ['sessions.update', 'PATCH /api/v1/sessions/[^/]+'],
  ['sessions.close', 'POST /api/v1/sessions/[^/]+/close'],
  ['sessions.append', `POST ${channel}/append`],
  ['sessions.records', `GET ${channel}/records`],
  ['sessions.subscribe', `GET ${channel}`],
  ['projects.list', 'GET /api/v1/projects'],
  ['projects.environments', `GET ${project}/environments`],
  ['branches.list', `GET ${project}/branches`],
  ['tokens.claims', 'POST /api/v1/auth/jwt/claims'],
  ['tokens.create', 'POST /api/v1/auth/public-tokens'],
  ['whoami', 'GET /api/v1/whoami'],
  // Other requests with the same answers, and answers that any request may meet.
  ['tasks.trigger', 'GET /api/v1/tasks/[^/]+/trigger'],
  ['batch.trigger', 'POST /api/v2/tasks/batch'],
  ['batch.retrieve', 'GET /api/v1/batches/[^/]+'],
  ['envvars.update', `POST ${variable}/[^/]+`],
  ['schedules.activate', '(?:GET|PUT) /api/v1/schedules/[^/]+/activate'],
  ['runs.retrieve', 'GET /api/v1/runs/[^/]+'],
  ['runs.cancel', 'POST /api/v1/runs/[^/]+/cancel'],
  ['runs.list', 'GET /api/v1/does-not-exist'],
  ['runs.list', 'GET (?://api/v1|/api//v1)/runs'],
];

/** Recorded, and nothing that this package asks. */
const notAsked: Readonly<Record<string, string>> = {
  'preflights of browsers, and HEAD': '(?:OPTIONS|HEAD) .*',
  'the PUT that opens a channel, which appending does itself': `PUT ${channel}`,
  'results, traces, events, tags and metadata of a run':
    '(?:GET|PUT|POST) /api/v1/runs/[^/]+/(?:result|trace|events|tags|metadata)',
  'the first form of batches, one task each': 'POST /api/v1/tasks/[^/]+/batch',
  'results of a batch': 'GET /api/v1/batches/[^/]+/results',
  'streams of a run': '(?:GET|POST) /realtime/v1/streams/.*',
  'waitpoints, queues, deployments, errors, queries, bulk actions, webhooks and packets':
    '(?:GET|POST) /api/v1/(?:waitpoints|queues|deployments|errors|query|bulk-actions|webhooks|packets)(?:/.*)?',
  'older ways to a token, and tokens that act for a user': 'POST /api/v1/auth/(?:jwt|user-actor-token)',
  'what would hand out secret keys or all variables in clear': `(?:GET|POST) ${project}/(?:prod|preview|envvars|[^/]+/jwt|[^/]+/pause|[^/]+/regenerate-api-key)`,
  'branches that come and go': `POST ${project}/branches(?:/archive)?`,
  'a project, and organizations': `GET (?:${project}|/api/v1/orgs)`,
  'identities of tokens, and health': 'GET /(?:api/v2/whoami|healthcheck)',
};

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);
const askedPatterns = asked.map(([name, pattern]) => [name, whole(pattern)] as const);
const notAskedPatterns = Object.entries(notAsked).map(([reason, pattern]) => [reason, whole(pattern)] as const);

const lineOf = ({ method, path }: Recording['request']) => `${method} ${path.replace(/\?.*$/, '')}`;

/** The endpoint whose answer a recording holds. */
export const endpointAsked = ({ request }: Recording): EndpointName | undefined =>
  askedPatterns.find(([, pattern]) => pattern.test(lineOf(request)))?.[0];

/** Why a recording concerns no endpoint. */
export const reasonLeftOut = ({ request }: Recording): string | undefined =>
  notAskedPatterns.find(([, pattern]) => pattern.test(lineOf(request)))?.[0];

export const reasons = Object.keys(notAsked);

/** The connection that asked, as far as an answer may depend on it. */
export function connectionOf({ credential, headers }: Recording['request']): Connection | undefined {
  const kind = credential.split(':')[0];
  const branch = headers['x-trigger-branch'];
  if (kind === 'secret' && typeof branch === 'string' && credential === 'secret:preview') {
    return { ...connect(keys.preview, { previewBranch: 'any', projectRef: ref }), previewBranch: branch };
  }
  return {
    secret: connections.root,
    root: connections.root,
    additional: connections.additional,
    pat: connections.pat,
    jwt: connections.publicAccessToken,
    oat: connections.organizationToken,
  }[kind ?? ''];
}
