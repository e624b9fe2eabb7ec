import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConnection } from '../../src/connection/index.js';
import { Host } from '../../src/host/host.js';
import { openStore, Scheduler, serve } from '../../src/host/index.js';
import { createLog } from '../../src/host/log.js';
import type { Webhook } from '../../src/host/webhook-bodies.js';
import { httpServer } from '../client/loopback.js';
import { blocks, escapes, pieceIn, splits } from '../errors/written.js';

const random = Array.from({ length: 24 }, (_, index) => 'Hw3Vn8Jd5Ys6Pf'[(index * 9 + (index >> 3)) % 14]).join('');
const key = ['tr', 'prod', random].join('_');
const projectRef = `proj_${'test'.repeat(5)}`;

const echoes: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'without its beginning': (text) => text.slice(-18),
  'over lines': splits['folded as a header is']?.(11) ?? String,
  'in base64': (text) => blocks['base64']?.(`authorization: ${text}`) ?? '',
  'in hex': blocks['hex'] ?? String,
  'in HTML': escapes['as HTML does, every letter in decimal'] ?? String,
  'percent-encoded twice': (text) =>
    encodeURIComponent(escapes['as a URL does, every letter']?.(text.slice(-16)) ?? ''),
};

/** A host with one connection to a server that sends the key back in its errors, and in what it lists. */
async function hostFor(echo: (text: string) => string) {
  const server = await httpServer((response, { headers, target }) => {
    const sent = String(headers.authorization).replace('Bearer ', '');
    response.setHeader('content-type', 'application/json');
    if (target.includes('/envvars/')) {
      response.end(JSON.stringify([{ name: 'OWN_KEY', value: sent, isSecret: false }]));
    } else {
      response.writeHead(400).end(JSON.stringify({ error: `You sent ${echo(sent)}.` }));
    }
  });
  const parsed = parseConnection(
    { apiKey: key, baseUrl: server.url, projectRef },
    { allowHttp: true, allowPrivateHosts: true },
  );
  if (!parsed.ok) {
    throw new Error(inspect(parsed.issues));
  }
  const host = new Host({ store: await openStore(':memory:') });
  const logged: string[] = [];
  const told: Webhook[] = [];
  const log = createLog('pretty', (line) => logged.push(line));
  const tell = (webhook: Webhook) => told.push(webhook);
  const scheduler = new Scheduler(host, { log, tell });
  const site = await serve({ host, log, scheduler, tell });
  onTestFinished(async () => {
    await Promise.all([site.close(), scheduler.stop(), host.stop()]);
    await host.close();
  });
  return { host, id: host.connect(parsed.connection).id, log, logged, scheduler, site, told };
}

describe('a key that a server sends back', () => {
  it.each(Object.entries(echoes))('is in no error, log, webhook or page when it comes %s', async (_, echo) => {
    const { host, id, log, logged, scheduler, site, told } = await hostFor(echo);
    const error = await host.runSync(id, 'runs').catch((thrown: unknown) => thrown);
    expect(inspect(error)).toContain('[redacted]');
    log('warn', 'sync.failed', { connection: id, reason: `You sent ${echo(key)}.` });
    await scheduler.start();
    await expect.poll(() => told.some(({ type }) => type === 'sync')).toBe(true);
    const [execution] = host.store.executions.latest(1);
    const running = host.store.executions.begin(id, 'action', 'said');
    running.log(`You sent ${echo(key)}.`);
    running.finish(null);
    const pages = await Promise.all(
      [`/logs`, `/logs/${execution?.id}`, `/logs/${running.id}`, '/manage'].map(async (path) =>
        (await fetch(`${site.url}${path}`)).text(),
      ),
    );
    const shown = {
      error: inspect(error, { depth: null, showHidden: true }),
      json: JSON.stringify(error),
      logged: logged.join(''),
      told: JSON.stringify(told),
      executions: JSON.stringify(host.store.executions.latest(10)),
      said: JSON.stringify(host.store.executions.logOf(running.id)),
      pages: pages.join(''),
    };
    expect(Object.entries(shown).filter(([, text]) => pieceIn(text, random) !== undefined)).toEqual([]);
    expect([shown.logged, shown.told, shown.executions, shown.said, shown.pages]).toEqual(
      Array(5).fill(expect.stringContaining('[redacted]')),
    );
  });

  it('is left as it came in data', async () => {
    const { host, id } = await hostFor(String);
    const output = await host.runAction(id, 'list-env-vars', {});
    expect(JSON.stringify(output)).toContain(key);
  });
});
