import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createApi } from '../../src/client/api/index.js';
import { type ChannelEvent, callerFor, closeConnections, type Transport } from '../../src/client/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { channelName } from '../fake-api/channels.js';
import type { FakeApi } from '../fake-api/index.js';
import { connectionTo, failureOf } from './connections.js';
import { all, clientOf, connectTo, fakeApi, seen } from './fake.js';
import { httpServer } from './loopback.js';

afterAll(closeConnections);

const brief = { timeoutInSeconds: 1 };
const start = { type: 'chat', taskIdentifier: 'chat-agent', triggerConfig: { basePayload: {} }, externalId: 'chat-42' };

async function channelOf(): Promise<{ api: FakeApi } & ReturnType<typeof clientOf>['sessions']> {
  const api = await fakeApi({ runs: 30 });
  const { sessions } = clientOf(connectTo(api, 'root:prod'));
  await sessions.start(start);
  api.requests.length = 0;
  return { api, ...sessions };
}

const asked = (api: FakeApi) => api.requests.map(({ headers }) => headers['last-event-id']);
const dataOf = (events: readonly ChannelEvent[]) => events.map(({ data }) => data);

/** A channel whose server answers with these texts, one a request. */
async function scripted(...texts: readonly (string | ((response: ServerResponse) => void))[]) {
  const server = await httpServer((response) => {
    const text = texts[server.requests.length - 1] ?? '';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    typeof text === 'string' ? response.end(text) : text(response);
  });
  const { sessions } = clientOf(connectionTo(server.url));
  return { server, channel: sessions.open('chat-42').out };
}

const record = (seq: number, data: string, headers?: unknown) => ({
  seq_num: seq,
  timestamp: 1_700_000_000_000 + seq,
  body: data === '' ? '' : JSON.stringify({ data, id: `part-${seq}` }),
  ...(headers !== undefined && { headers }),
});

const batch = (...records: readonly unknown[]) =>
  `event: batch\nid: ${records.length},${records.length},0\ndata: ${JSON.stringify({ records })}\n\n`;

describe('following a channel', () => {
  it('brings what is there, then what comes, until nothing comes in time', async () => {
    const { api, open } = await channelOf();
    const { in: channel } = open('chat-42');
    await channel.append({ n: 1 });
    await channel.append('plain text');
    const events: ChannelEvent[] = [];
    for await (const event of channel.subscribe(brief)) {
      events.push(event);
      if (events.length === 2) {
        await channel.append([3]);
      }
    }
    expect(dataOf(events)).toEqual([{ n: 1 }, 'plain text', [3]]);
    expect(events.map(({ id, seqNum }) => [id, seqNum])).toEqual([
      ['0', 0],
      ['1', 1],
      ['2', 2],
    ]);
    expect(events.every(({ timestamp }) => timestamp > 1.7e12)).toBe(true);
    const subscriptions = api.requests.filter(({ method }) => method === 'GET');
    expect(seen(api).at(-1)).toBe('root:prod GET /realtime/v1/sessions/chat-42/in');
    expect(subscriptions.map(({ headers }) => headers['timeout-seconds'])).toEqual(['1', '1']);
    expect(subscriptions.at(0)?.headers['accept']).toBe('text/event-stream');
  });

  it('goes on after any record, also one in the middle of what came together', async () => {
    const { api, open } = await channelOf();
    const { in: channel } = open('chat-42');
    for (const n of [0, 1, 2, 3]) {
      await channel.append(n);
    }
    for await (const event of channel.subscribe(brief)) {
      if (event.data === 1) {
        const rest = await all(open('chat-42').in.subscribe({ ...brief, lastEventId: event.id }));
        expect(dataOf(rest)).toEqual([2, 3]);
        break;
      }
    }
    expect(asked(api).slice(4, 6)).toEqual([undefined, '1']);
  });

  it('asks again from where it stopped when the server ends a request', async () => {
    const { server, channel } = await scripted(batch(record(0, 'a'), record(1, 'b')), batch(record(2, 'c')), '');
    expect(dataOf(await all(channel.subscribe(brief)))).toEqual(['a', 'b', 'c']);
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2,2,0', '1,1,0']);
  });

  it('ends when the server sends the same records again, whatever was asked for', async () => {
    const { server, channel } = await scripted(...Array(20).fill(batch(record(0, 'a'), record(1, 'b'))));
    expect(dataOf(await all(channel.subscribe(brief)))).toEqual(['a', 'b']);
    expect(server.requests).toHaveLength(2);
  });

  it('passes over what is no data: bookkeeping of the task, commands to the store, other events', async () => {
    const { channel } = await scripted(
      batch(
        record(0, '', [['trigger-control', 'turn-complete']]),
        record(1, 'a'),
        record(2, 'fence', [['', 'fence']]),
      ) +
        batch(record(3, 'b', [['other', 'x']])) +
        'event: ping\ndata: {}\n\ndata: [DONE]\n\n',
      '',
    );
    expect((await all(channel.subscribe(brief))).map(({ data, seqNum }) => [seqNum, data])).toEqual([
      [1, 'a'],
      [3, 'b'],
    ]);
  });

  it('passes over the bookkeeping that the fake API keeps, too', async () => {
    const { api, open } = await channelOf();
    const access = { env: api.project.environment('prod') } as Parameters<typeof channelName>[1];
    const name = channelName(api.project, access, 'chat-42', 'out');
    api.project.channels.append(name, '', { headers: [['trigger-control', 'turn-complete']] });
    await open('chat-42').out.append('said');
    expect(dataOf(await all(open('chat-42').out.subscribe(brief)))).toEqual(['said']);
  });

  it('goes on while records come for longer than a request may take', async () => {
    let opened = 0;
    const connection = connectionTo('https://trigger.example.com');
    const transport: Transport = {
      send: () => Promise.reject(new Error('not asked for')),
      async stream() {
        opened += 1;
        async function* body() {
          if (opened < 3) {
            yield new TextEncoder().encode(batch(record(opened, `${opened}`)));
            throw new ConnectorError('timeout', 'too long');
          }
        }
        return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: body() };
      },
    };
    const call = callerFor(connection, transport);
    expect(
      dataOf(
        await all(
          createApi(() => call)
            .sessions.open('chat-42')
            .out.subscribe(brief),
        ),
      ),
    ).toEqual([1, 2]);
    expect(opened).toBe(3);
  });
});

describe('the end of a subscription', () => {
  it.each<[string, (abort: AbortController) => void]>([
    ['before', (abort) => abort.abort()],
    ['while it waits', (abort) => setTimeout(() => abort.abort(), 50)],
  ])('comes quietly and at once when its signal aborts %s', async (_, when) => {
    const { api, open } = await channelOf();
    const abort = new AbortController();
    when(abort);
    const started = performance.now();
    expect(await all(open('chat-42').in.subscribe({ timeoutInSeconds: 60, signal: abort.signal }))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(api.requests.length).toBeLessThanOrEqual(1);
  });

  it('comes between two records that came together', async () => {
    const { channel } = await scripted(batch(record(0, 'a'), record(1, 'b')));
    const abort = new AbortController();
    const found: unknown[] = [];
    for await (const { data } of channel.subscribe({ ...brief, signal: abort.signal })) {
      found.push(data);
      abort.abort();
    }
    expect(found).toEqual(['a']);
  });

  it('closes the request when the caller stops reading', async () => {
    let closed = 0;
    const { channel } = await scripted((response) => {
      response.write(batch(record(0, 'a')));
      response.on('close', () => {
        closed += 1;
      });
    });
    for await (const { data } of channel.subscribe({ timeoutInSeconds: 600 })) {
      expect(data).toBe('a');
      break;
    }
    for (let tries = 0; closed === 0 && tries < 100; tries += 1) {
      await wait(10);
    }
    expect(closed).toBe(1);
  });

  it.each<[string, string | ((response: ServerResponse) => void), string]>([
    [
      'a connection that breaks',
      (response) => response.write(batch(record(0, 'a')), () => response.destroy()),
      'network',
    ],
    ['a batch without records', `${batch(record(0, 'a'))}event: batch\ndata: {}\n\n`, 'invalid_response'],
    ['a batch that is no JSON', `${batch(record(0, 'a'))}event: batch\ndata: oops\n\n`, 'invalid_response'],
    ['a record that is none', batch(record(0, 'a'), null), 'invalid_response'],
    ['a record without a place', batch(record(0, 'a'), { body: '{}', timestamp: 1 }), 'invalid_response'],
    ['a record before the first', batch(record(0, 'a'), record(-1, 'b')), 'invalid_response'],
    ['a record between two', batch(record(0, 'a'), record(0.5, 'b')), 'invalid_response'],
    ['a record at no place that can be asked for', batch(record(0, 'a'), record(1e21, 'b')), 'invalid_response'],
    ['an event whose id is none', batch(record(0, 'a')).replace('1,1,0', 'soon'), 'invalid_response'],
    ['a record of null', batch(record(0, 'a'), { ...record(1, 'b'), body: null }), 'invalid_response'],
    ['a list for a batch', `${batch(record(0, 'a'))}event: batch\ndata: [1]\n\n`, 'invalid_response'],
    ['null for a batch', `${batch(record(0, 'a'))}event: batch\ndata: null\n\n`, 'invalid_response'],
  ])('is told after the records before it: %s', async (_, text, code) => {
    const { channel } = await scripted(text);
    const events = channel.subscribe(brief)[Symbol.asyncIterator]();
    const first = await events.next();
    expect(first.value).toMatchObject({ data: 'a', id: '0' });
    await failureOf(events.next(), code as 'network');
  });

  it('is told when something else answers', async () => {
    const server = await httpServer((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hi'),
    );
    const { sessions } = clientOf(connectionTo(server.url));
    await failureOf(all(sessions.open('chat-42').in.subscribe(brief)), 'invalid_response');
  });

  it.each([
    ['an unknown session', 'root:prod', 'session_unknown', 'not_found'],
    ['a key that may not', 'additional:readRuns', 'chat-42', 'forbidden'],
  ] as const)('is told by the server: %s', async (_, key, session, code) => {
    const { api } = await channelOf();
    const { sessions } = clientOf(connectTo(api, key));
    const error = await failureOf(all(sessions.open(session).in.subscribe(brief)), code);
    expect(error).toMatchObject({ endpoint: 'sessions.subscribe' });
  });

  it.each<[string, string, object, string]>([
    ['a session of dots', '..', {}, 'session'],
    ['no session', '', {}, 'session'],
    ['a time of nothing', 'chat-42', { timeoutInSeconds: 0 }, 'timeoutInSeconds'],
    ['a time too long', 'chat-42', { timeoutInSeconds: 601 }, 'timeoutInSeconds'],
    ['half a second', 'chat-42', { timeoutInSeconds: 0.5 }, 'timeoutInSeconds'],
    ['an event that is none', 'chat-42', { lastEventId: 'a\r\nb' }, 'lastEventId'],
  ])('is told before anything is sent: %s', async (_, session, options, path) => {
    const { api, open } = await channelOf();
    const error = await failureOf(all(open(session).in.subscribe(options)), 'input_invalid');
    expect(error.path).toBe(path);
    expect(api.requests).toEqual([]);
  });

  it('is told for a token that may not, and for a transport that cannot', async () => {
    const { api } = await channelOf();
    const pat = clientOf(connectTo(api, 'pat:alice', { environment: 'prod', projectRef: api.project.ref }));
    await failureOf(all(pat.sessions.open('chat-42').in.subscribe()), 'endpoint_not_allowed');
    const call = callerFor(connectTo(api, 'root:prod'), { send: () => Promise.reject(new Error('not asked for')) });
    await failureOf(
      all(
        createApi(() => call)
          .sessions.open('chat-42')
          .in.subscribe(),
      ),
      'network',
    );
    expect(api.requests).toEqual([]);
  });
});
