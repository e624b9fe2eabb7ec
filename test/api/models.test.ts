import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { EnvironmentVariable, ProjectEnvironment, RunPage, TriggerHandle } from '../../src/api/index.js';

const rows: readonly (readonly [string, z.ZodType, unknown, unknown])[] = [
  ['a secret', EnvironmentVariable(), { name: 'A', value: '<redacted>', isSecret: true }, 'same'],
  ['a plain value', EnvironmentVariable(), { name: 'A', value: 'x', isSecret: false }, 'same'],
  ['an empty value', EnvironmentVariable(), { name: 'A', value: '', isSecret: false }, 'same'],
  ['unsaid', EnvironmentVariable(), { name: 'A', value: 'x' }, { name: 'A', value: 'x', isSecret: true }],
  ['no value', EnvironmentVariable(), { name: 'A' }, 'refused'],
  ['a null value', EnvironmentVariable(), { name: 'A', value: null }, 'refused'],
  ['an environment', ProjectEnvironment(), { id: 'e', slug: 'stg', type: 'STAGING' }, 'same'],
  [
    'a branch',
    ProjectEnvironment(),
    { id: 'e', slug: 'preview-x', type: 'PREVIEW', isBranchableEnvironment: false, branchName: 'x', paused: false },
    'same',
  ],
  ['no branch', ProjectEnvironment(), { id: 'e', slug: 'dev', type: 'DEVELOPMENT', branchName: null }, 'same'],
  ['no slug', ProjectEnvironment(), { id: 'e', type: 'STAGING' }, 'refused'],
  ['a handle', TriggerHandle(), { id: 'run_a', isCached: true }, 'same'],
  ['a handle that does not say', TriggerHandle(), { id: 'run_a' }, 'refused'],
  ['an empty page with a next one', RunPage(), { data: [], pagination: { next: 'c' } }, 'same'],
  ['the only page', RunPage(), { data: [], pagination: {} }, 'same'],
  ['a page without cursors', RunPage(), { data: [] }, 'refused'],
];

describe('models', () => {
  it.each(rows)('%s', (_, schema, value, expected) => {
    const parsed = schema.safeParse(value);
    expect(parsed.success ? parsed.data : 'refused').toEqual(expected === 'same' ? value : expected);
  });
});
