import { isChosen, RUNS_END, SPAN } from './generate-runs.js';
import { seededRandom, seededRunBody } from './random.js';
import type { NewSession } from './session-store.js';

const HOUR = 3_600_000;

const iso = (ms: number): string => new Date(ms).toISOString();

/** `count` sessions, oldest first, of which so many are open; the others were closed, or expired, within the hour. */
export function generateSessions(count: number, openCount: number, seed: number): NewSession[] {
  const random = seededRandom(seed ^ 0x5e551045);
  return Array.from({ length: count }, (_, index) => {
    const createdMs = RUNS_END - SPAN + Math.floor(((index + random() * 0.9) / count) * SPAN);
    const endedMs = Math.min(createdMs + Math.floor(random() * HOUR), RUNS_END - 1);
    const isOpen = isChosen(index, openCount, count);
    const isClosed = !isOpen && random() < 0.8;
    return {
      id: `session_${seededRunBody(random)}`,
      externalId: `chat-${index}`,
      taskIdentifier: 'chat-agent',
      createdAt: iso(createdMs),
      updatedAt: iso(isOpen ? createdMs : endedMs),
      tags: random() < 0.3 ? ['tenant:acme'] : [],
      ...(isClosed ? { closedAt: iso(endedMs), closedReason: 'done' } : {}),
      ...(isOpen || isClosed ? {} : { expiresAt: iso(endedMs) }),
    };
  });
}
