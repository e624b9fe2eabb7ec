import { afterEach, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../src/host/http/rate-limit.js';
import { createLog } from '../../src/host/log.js';
import { fakeKeys } from '../fake-api/keys.js';

afterEach(() => {
  vi.useRealTimers();
});

const now = () => Date.parse('2026-11-10T09:08:07Z');

function lines(format: 'json' | 'pretty', ...entries: Parameters<ReturnType<typeof createLog>>[]): string[] {
  const written: string[] = [];
  const log = createLog(format, (line) => written.push(line), now);
  for (const entry of entries) {
    log(...entry);
  }
  return written;
}

describe('a log', () => {
  it('is one line an event, as JSON or to be read', () => {
    const entry = ['info', 'sync.finished', { connection: 'c 1', added: 3, code: undefined, ok: true }] as const;
    expect(lines('json', [...entry])).toEqual([
      '{"time":"2026-11-10T09:08:07.000Z","level":"info","event":"sync.finished","connection":"c 1","added":3,"ok":true}\n',
    ]);
    expect(lines('pretty', [...entry])).toEqual(['09:08:07 info  sync.finished connection="c 1" added=3 ok=true\n']);
  });

  it.each(['json', 'pretty'] as const)('as %s holds no credential, and no line that a value makes up', (format) => {
    const key = fakeKeys['root:prod'];
    const forged = 'x\n09:08:07 info host.started url=evil';
    const [line = '', ...others] = lines(format, ['warn', 'request', { path: `/x/${key}`, name: forged }]);
    expect(others).toEqual([]);
    expect(line).not.toContain(key);
    expect(line.trimEnd()).not.toContain('\n');
  });
});

describe('a limit of rate', () => {
  it('counts each caller by itself, in windows of time', () => {
    let time = 0;
    const limit = new RateLimit(2, 1_000, () => time);
    const twice = (caller: string) => {
      limit.count(caller);
      limit.count(caller);
    };
    twice('a');
    expect([limit.wait('a'), limit.wait('b')]).toEqual([1_000, 0]);
    time = 400;
    expect(limit.wait('a')).toBe(600);
    time = 1_000;
    expect(limit.wait('a')).toBe(0);
    limit.count('a');
    expect(limit.wait('a')).toBe(0);
  });

  it('lasts no longer where the time of day is set back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const limit = new RateLimit(1, 1_000);
    limit.count('a');
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(limit.wait('a')).toBeLessThanOrEqual(1_000);
  });

  it('keeps no more callers than it can', () => {
    let time = 0;
    const limit = new RateLimit(1, 1_000, () => time);
    for (let caller = 0; caller < 30_000; caller += 1) {
      time += 1;
      limit.count(`caller ${caller}`);
    }
    expect(limit.wait('caller 29999')).toBeGreaterThan(0);
  });
});
