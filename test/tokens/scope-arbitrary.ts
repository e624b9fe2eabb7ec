import fc from 'fast-check';
import type { TokenScopes } from '../../src/api/index.js';

/** Which kinds of thing an action is on, as seed 000, seed 001 and the issue list them. */
export const grammar: Readonly<Record<string, readonly string[]>> = {
  read: ['runs', 'tasks', 'tags', 'batch', 'waitpoints', 'sessions'],
  write: ['runs', 'sessions', 'inputStreams', 'waitpoints', 'tags', 'tasks'],
  trigger: ['tasks'],
  batchTrigger: ['tasks'],
};

/** Ids as people have them, and ids that nobody would have: colons, blanks, halves of pairs, escapes. */
export const someId = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('run_1234', 'my-task', 'user:123', 'a:b:c', ':', 'chat-42', 'session_1', 'é✓😀'),
  },
  { weight: 2, arbitrary: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 30 }).map((text) => JSON.stringify(text)) },
);

const ids = fc.oneof(someId, fc.array(someId, { minLength: 1, maxLength: 4 }));
const readIds = fc.oneof({ weight: 4, arbitrary: ids }, fc.constant(true as const));

const things = (action: string) =>
  fc.record(
    Object.fromEntries(
      (grammar[action] ?? []).map((type) => [type, action === 'read' && type === 'runs' ? readIds : ids]),
    ),
    { requiredKeys: [] },
  );

/** Scopes of the grammar, alone and combined; some of their ids are refused. */
export const someScopes: fc.Arbitrary<TokenScopes> = fc
  .record(Object.fromEntries(Object.keys(grammar).map((action) => [action, things(action)])), { requiredKeys: [] })
  .map((scopes) => scopes as TokenScopes);
