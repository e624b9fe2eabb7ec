import * as z from 'zod';
import { utf8Length } from '../../connection/index.js';
import type { Endpoint } from '../../gate/index.js';
import { environmentKeysAndTokens } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { sessionInput } from './endpoints.js';
import { ChannelAppended, ChannelRecords } from './models.js';

const docs = 'https://trigger.dev/docs/management/sessions/channels';
const routes = (suffix: string) =>
  [{ kinds: environmentKeysAndTokens, path: `/realtime/v1/sessions/{session}/{channel}${suffix}` }] as const;

const where = later(() => ({
  session: sessionInput(),
  channel: z.enum(['in', 'out']).describe('`in`: from clients to the task. `out`: from the task to clients.'),
}));

const params = ({ channel, session }: { channel: string; session: string }) => ({ channel, session });

/** Bytes of one record. */
const dataLimit = 1_048_576;

/** An HTTP header holds it. */
const partIdInput = later(() =>
  string()
    .regex(/^[!-~]{1,256}$/, 'must be 1 to 256 printable ASCII characters without a space')
    .optional()
    .describe('The same part id is appended once. Example: "message-7"'),
);

export const SessionsAppendInput = later(() =>
  z.strictObject({
    ...where(),
    data: string()
      .max(dataLimit)
      .refine((data) => data.length * 3 <= dataLimit || utf8Length(data) <= dataLimit, {
        message: 'must be at most 1 MiB',
        params: { code: 'payload_too_large' },
      })
      .describe('The record: any text, usually JSON. Example: "{\\"text\\": \\"hello\\"}"'),
    partId: partIdInput(),
  }),
);

export const sessionsAppend = {
  name: 'sessions.append',
  summary: 'Append a record to a channel of a session.',
  docs,
  method: 'POST',
  // The server knows a record again by its part id.
  repeat: 'keyed',
  keyHeader: 'x-part-id',
  scopes: ['write:sessions', 'write:sessions:{session}'],
  routes: routes('/append'),
  input: SessionsAppendInput,
  output: ChannelAppended,
  refuses: ({ channel }, kind) =>
    kind === 'publicAccessToken' && channel === 'out'
      ? 'the out channel is the task’s to write; from outside only a secret key may append to it'
      : undefined,
  params,
  headers: ({ partId }) => (partId === undefined ? {} : { 'x-part-id': partId }),
  contentType: 'text/plain',
  body: ({ data }) => data,
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsAppendInput>>, ChannelAppended>;

const seqNum = later(() => number().int().nonnegative());

export const SessionsRecordsInput = later(() =>
  z.strictObject({
    ...where(),
    afterEventId: seqNum().optional().describe('Records after this `seqNum`. Example: 41'),
  }),
);

export const sessionsRecords = {
  name: 'sessions.records',
  summary: 'Read the records of a channel that are there now.',
  docs,
  method: 'GET',
  repeat: 'safe',
  scopes: ['read:sessions', 'read:sessions:{session}'],
  routes: routes('/records'),
  input: SessionsRecordsInput,
  output: ChannelRecords,
  params,
  query: ({ afterEventId }) => (afterEventId === undefined ? {} : { afterEventId: String(afterEventId) }),
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsRecordsInput>>, ChannelRecords>;

export const SessionsSubscribeInput = later(() =>
  z.strictObject({
    ...where(),
    lastEventId: string()
      .regex(/^[\d,]{1,64}$/, 'must be the id of an event')
      .optional()
      .describe('Events after this one.'),
    timeoutInSeconds: number().int().min(1).max(600).optional().describe('How long the server holds one request.'),
  }),
);

export const sessionsSubscribe = {
  name: 'sessions.subscribe',
  summary: 'Follow a channel as its records come.',
  docs,
  method: 'GET',
  repeat: 'safe',
  scopes: ['read:sessions', 'read:sessions:{session}'],
  routes: routes(''),
  input: SessionsSubscribeInput,
  get output() {
    return () => string();
  },
  params,
  headers: ({ lastEventId, timeoutInSeconds }) => ({
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    ...(timeoutInSeconds !== undefined && { 'timeout-seconds': String(timeoutInSeconds) }),
  }),
  streams: true,
} as const satisfies Endpoint<z.output<ReturnType<typeof SessionsSubscribeInput>>, string>;
