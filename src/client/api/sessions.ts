import type { EndpointInput, EndpointOutput, Session } from '../../api/index.js';
import {
  sessionsAppend,
  sessionsClose,
  sessionsList,
  sessionsRecords,
  sessionsRetrieve,
  sessionsStart,
  sessionsUpdate,
} from '../../api/index.js';
import { serialise } from '../../gate/index.js';
import { type ChannelEvent, followChannel } from '../channel.js';
import { type Cursor, type PagePromise, pagePromise } from '../pages.js';
import type { RequestOptions } from '../send.js';
import { type Bound, boundNow, given, isoOf, millisecondsOf, once, type WithDates } from './bind.js';

export type SessionsListParams = WithDates<EndpointInput<'sessions.list'>, 'from' | 'to'>;

export interface FollowOptions extends RequestOptions {
  /** Goes on after this event. */
  readonly lastEventId?: string;
  /** Seconds that the server holds one request, 1 to 600; 60 when left out. */
  readonly timeoutInSeconds?: number;
}

/** One direction of a session. */
export interface Channel {
  /** Appends a record; what is no text travels as JSON. The same `partId` is appended once. */
  append(
    data: unknown,
    options?: RequestOptions & { readonly partId?: string },
  ): Promise<EndpointOutput<'sessions.append'>>;
  /** The records that are there now, after `afterEventId` where it is given. */
  records(
    params?: { readonly afterEventId?: number },
    requestOptions?: RequestOptions,
  ): Promise<EndpointOutput<'sessions.records'>>;
  /** The records that are there and those that come, until `signal` aborts or the server ends the stream. */
  subscribe(options?: FollowOptions): AsyncIterable<ChannelEvent>;
}

export interface SessionHandle {
  readonly id: string;
  /** From clients to the task. */
  readonly in: Channel;
  /** From the task to clients; only a secret key may append to it. */
  readonly out: Channel;
}

export interface SessionsApi {
  /**
   * Starts a session, or finds the one with the same `externalId`.
   * @see https://trigger.dev/docs/management/sessions/create
   */
  start(
    params: WithDates<EndpointInput<'sessions.start'>, 'expiresAt'>,
    requestOptions?: RequestOptions,
  ): Promise<EndpointOutput<'sessions.start'>>;
  /**
   * Sessions, newest first. Without `from`, everything is listed.
   * @see https://trigger.dev/docs/management/sessions/list
   */
  list(params?: SessionsListParams, requestOptions?: RequestOptions): PagePromise<Session>;
  /** @see https://trigger.dev/docs/management/sessions/retrieve */
  retrieve(session: string, requestOptions?: RequestOptions): Promise<Session>;
  /** @see https://trigger.dev/docs/management/sessions/update */
  update(
    session: string,
    params: Omit<EndpointInput<'sessions.update'>, 'session'>,
    requestOptions?: RequestOptions,
  ): Promise<Session>;
  /** @see https://trigger.dev/docs/management/sessions/close */
  close(session: string, params?: { readonly reason?: string }, requestOptions?: RequestOptions): Promise<Session>;
  /**
   * The channels of a session, by its id or your external id; sends nothing by itself.
   * @see https://trigger.dev/docs/management/sessions/channels
   */
  open(session: string): SessionHandle;
}

/** Nothing at all is left to the gate. */
const textOf = (data: unknown) =>
  typeof data === 'string' || data === undefined ? (data as string) : serialise('sessions.append', data, 'data');

function channelOf({ bind, one }: Bound, session: string, channel: 'in' | 'out'): Channel {
  return {
    append: async (data, all) => {
      const { partId, ...options } = all ?? {};
      return one(sessionsAppend, { session, channel, data: textOf(data), ...given({ partId }) }, options);
    },
    records: (params, options) => one(sessionsRecords, { ...params, session, channel }, options),
    subscribe: (options) => followChannel(boundNow(bind), { session, channel }, options),
  };
}

export const sessionsApi = (bound: Bound): SessionsApi => ({
  start: (params, options) => {
    const { expiresAt, ...rest } = params ?? {};
    return bound.one(sessionsStart, { ...rest, ...given({ expiresAt: isoOf(expiresAt) }) }, options);
  },
  list: (params, options) => {
    const { from, to, ...rest } = params ?? {};
    const { after, before, ...input } = {
      ...rest,
      ...given({ from: millisecondsOf(from), to: millisecondsOf(to) }),
    } as EndpointInput<'sessions.list'>;
    const call = once(bound.bind);
    const page = async (cursor: Cursor) => call()(sessionsList, { ...input, ...cursor }, options);
    return pagePromise<Session>(page, given({ after, before }));
  },
  retrieve: (session, options) => bound.one(sessionsRetrieve, { session }, options),
  update: (session, params, options) => bound.one(sessionsUpdate, { ...params, session }, options),
  close: (session, params, options) => bound.one(sessionsClose, { ...params, session }, options),
  open: (session) => ({ id: session, in: channelOf(bound, session, 'in'), out: channelOf(bound, session, 'out') }),
});
