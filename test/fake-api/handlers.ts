import type { HttpHandler } from 'msw';
import { batchHandlers } from './batches.js';
import { channelHandlers } from './channels.js';
import { envvarHandlers } from './envvars.js';
import { identityHandlers } from './identity.js';
import type { FakeProject } from './project.js';
import { projectHandlers } from './projects.js';
import { realtimeHandlers } from './realtime.js';
import { fallback } from './route.js';
import { runOperationHandlers } from './run-operations.js';
import { runHandlers } from './runs.js';
import { scheduleHandlers } from './schedules.js';
import { sessionHandlers } from './sessions.js';
import { taskHandlers } from './tasks.js';
import { tokenHandlers } from './tokens.js';

/** Where the handlers expect requests; the loopback server rewrites to it, `setupServer` users call it. */
export const FAKE_ORIGIN = 'https://api.trigger.dev';

/** MSW handlers that answer for the project as Trigger.dev does. */
export function createHandlers(project: FakeProject, origin: string = FAKE_ORIGIN): HttpHandler[] {
  const table = { origin, project };
  return [
    // The busiest first: handlers are tried in order.
    ...runHandlers(table),
    ...taskHandlers(table),
    ...runOperationHandlers(table),
    ...batchHandlers(table),
    ...sessionHandlers(table),
    ...channelHandlers(table),
    ...realtimeHandlers(table),
    ...envvarHandlers(table),
    ...scheduleHandlers(table),
    ...identityHandlers(table),
    ...projectHandlers(table),
    ...tokenHandlers(table),
    fallback(table),
  ];
}
