import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import {
  createdInputs,
  cursorInputs,
  environmentKeys,
  environmentKeysAndTokens,
  limitInput,
  listInput,
  listQuery,
  segmentInput,
  taskIdInput,
} from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { machineInput } from '../tasks/trigger-options.js';
import { Session, SessionPage, StartedSession } from './models.js';

const docs = (page: string) => `https://trigger.dev/docs/management/sessions/${page}`;

export const sessionInput = later(() =>
  segmentInput('a session', 256).describe('Session id, or your own external id. Example: "chat-42"'),
);

const tagsInput = later(() =>
  z.array(string().min(1).max(128)).max(10).optional().describe('At most 10. Example: ["user:123"]'),
);
const metadataInput = later(() => z.record(string(), z.unknown()));

export const SessionsStartInput = later(() =>
  z.strictObject({
    type: string().min(1).max(64).describe('Example: "chat.agent"'),
    taskIdentifier: taskIdInput(),
    triggerConfig: z
      .strictObject({
        basePayload: z.record(string(), z.unknown()).describe('The payload of each of its runs. Example: {}'),
        machine: machineInput().optional().describe('Machine that they run on. Example: "small-1x"'),
        queue: string().min(1).max(128).optional().describe('Name of the queue. Example: "chats"'),
        tags: z
          .array(string().min(1).max(128))
          .max(5)
          .optional()
          .describe('Tags of its runs, at most 5. Example: ["user:123"]'),
        maxAttempts: number().int().min(1).max(10).optional().describe('How often to try a run in all. Example: 3'),
        maxDuration: number().int().positive().optional().describe('Seconds of compute time.'),
        lockToVersion: string().max(64).optional().describe('Deployed version to run on. Example: "20260131.1"'),
        region: string().max(64).optional().describe('Where its runs run. Example: "eu-central-1"'),
        idleTimeoutInSeconds: number()
          .int()
          .positive()
          .max(3600)
          .optional()
          .describe('How long a run waits for input before it pauses. Example: 300'),
      })
      .describe('How the runs of the session are triggered. Example: {"basePayload": {}}'),
    externalId: string()
      .min(1)
      .max(256)
      .regex(/^(?!session_)/, 'must not start with session_')
      .optional()
      .describe('Your own id; the same one finds the same session. Example: "chat-42"'),
    tags: tagsInput(),
    metadata: metadataInput().optional().describe('Any JSON object. Example: {"plan": "pro"}'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('ISO 8601. Example: "2026-12-31T00:00:00Z"'),
  }),
);

export const sessionsStart = {
  name: 'sessions.start',
  summary: 'Start a session, or find the one with the same external id.',
  docs: docs('create'),
  method: 'POST',
  repeat: ({ externalId }) => (externalId === undefined ? 'once' : 'idempotent'),
  scopes: ['write:sessions', 'write:tasks', 'write:tasks:{taskIdentifier}'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/api/v1/sessions' }],
  input: SessionsStartInput,
  output: StartedSession,
  body: (input) => input,
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsStartInput>>, StartedSession>;

// The server takes one value for each of these; a list of them would match nothing.
export const SessionsListInput = later(() =>
  listInput({
    limit: limitInput(),
    ...cursorInputs(),
    ...createdInputs(),
    type: string().min(1).max(64).optional().describe('Example: "chat.agent"'),
    tag: string().min(1).max(128).optional().describe('Example: "user:123"'),
    taskIdentifier: taskIdInput().optional(),
    externalId: string().min(1).max(256).optional().describe('Example: "chat-42"'),
    status: z.enum(['ACTIVE', 'CLOSED', 'EXPIRED']).optional().describe('Example: "ACTIVE"'),
  }),
);

export type SessionsListInput = z.input<ReturnType<typeof SessionsListInput>>;

const filters = {
  type: 'type',
  tag: 'tags',
  taskIdentifier: 'taskIdentifier',
  externalId: 'externalId',
  status: 'status',
} as const;

export const sessionsList = {
  name: 'sessions.list',
  summary: 'List sessions, newest first.',
  docs: docs('list'),
  method: 'GET',
  repeat: 'safe',
  scopes: ['read:sessions', 'read:tasks', 'read:tasks:{taskIdentifier}'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/api/v1/sessions' }],
  input: SessionsListInput,
  output: SessionPage,
  query: (input) => {
    const query = listQuery(input);
    for (const name of Object.keys(filters) as (keyof typeof filters)[]) {
      const value = input[name];
      if (value !== undefined) {
        query[`filter[${filters[name]}]`] = value;
      }
    }
    return query;
  },
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsListInput>>, SessionPage>;

export const SessionInput = later(() => z.strictObject({ session: sessionInput() }));

const params = ({ session }: { session: string }) => ({ session });
const adminOnly = 'Only a secret key may update or close a session.';

export const sessionsRetrieve = {
  name: 'sessions.retrieve',
  summary: 'Retrieve a session.',
  docs: docs('retrieve'),
  method: 'GET',
  repeat: 'safe',
  scopes: ['read:sessions', 'read:sessions:{session}'],
  routes: [{ kinds: environmentKeysAndTokens, path: '/api/v1/sessions/{session}' }],
  input: SessionInput,
  output: Session,
  params,
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionInput>>, Session>;

export const SessionsUpdateInput = later(() =>
  z.strictObject({
    session: sessionInput(),
    tags: tagsInput(),
    metadata: metadataInput().nullable().optional().describe('null clears it. Example: {"plan": "pro"}'),
  }),
);

export const sessionsUpdate = {
  name: 'sessions.update',
  summary: `Change the tags or metadata of a session. ${adminOnly}`,
  docs: docs('update'),
  method: 'PATCH',
  repeat: 'idempotent',
  routes: [{ kinds: environmentKeys, path: '/api/v1/sessions/{session}' }],
  input: SessionsUpdateInput,
  output: Session,
  params,
  body: ({ session: _, ...body }) => body,
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsUpdateInput>>, Session>;

export const SessionsCloseInput = later(() =>
  z.strictObject({
    session: sessionInput(),
    reason: string().min(1).max(256).optional().describe('Example: "user left"'),
  }),
);

export const sessionsClose = {
  name: 'sessions.close',
  summary: `Close a session for good; a closed one stays as it is. ${adminOnly}`,
  docs: docs('close'),
  method: 'POST',
  repeat: 'idempotent',
  routes: [{ kinds: environmentKeys, path: '/api/v1/sessions/{session}/close' }],
  input: SessionsCloseInput,
  output: Session,
  params,
  body: ({ reason }) => (reason === undefined ? {} : { reason }),
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsCloseInput>>, Session>;
