import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { timestamp } from '../schema/timestamp.js';

const fields = later(() => ({
  id: string().describe('Session id. Example: "session_cm1abcdefghijklmnopqrstuv"'),
  externalId: string().nullish().describe('Your own id. Example: "chat-42"'),
  type: string().describe('Example: "chat.agent"'),
  taskIdentifier: string().describe('Id of the task. Example: "chat-agent"'),
  triggerConfig: z.unknown().optional().describe('How its runs are triggered; lists leave it out.'),
  currentRunId: string().nullish().describe('The run that serves it now.'),
  tags: z.array(string()),
  metadata: z.unknown().optional(),
  closedAt: timestamp('When it was closed.').nullish(),
  closedReason: string().nullish(),
  expiresAt: timestamp('When it expires.').nullish(),
  createdAt: timestamp('When it was started.'),
  updatedAt: timestamp('When it last changed.'),
}));

export const Session = later(() =>
  apiObject(fields()).describe('A session: a conversation with a task, over two channels.'),
);

export type Session = z.infer<ReturnType<typeof Session>>;

export const StartedSession = later(() =>
  apiObject({
    ...fields(),
    runId: string().describe('The run that serves it.'),
    publicAccessToken: string().describe('Reads and writes this session for one hour.'),
    isCached: z.boolean().describe('True when the external id found an earlier session.'),
  }).describe('The session that a start created or found.'),
);

export type StartedSession = z.infer<ReturnType<typeof StartedSession>>;

export const SessionPage = later(() =>
  apiObject({
    data: z.array(Session()),
    pagination: apiObject({ next: string().nullish(), previous: string().nullish() }),
  }),
);

export type SessionPage = z.infer<ReturnType<typeof SessionPage>>;

export const ChannelAppended = later(() =>
  apiObject({
    ok: z.boolean(),
    seq: number().optional().describe('Place of the record in the channel, from 0.'),
  }),
);

export type ChannelAppended = z.infer<ReturnType<typeof ChannelAppended>>;

export const ChannelRecords = later(() =>
  apiObject({
    records: z.array(
      apiObject({
        data: string().describe('The record as it was appended.'),
        id: string().describe('The part id that made the append idempotent.'),
        seqNum: number().describe('Place in the channel; the cursor of the next read.'),
      }),
    ),
  }),
);

export type ChannelRecords = z.infer<ReturnType<typeof ChannelRecords>>;
