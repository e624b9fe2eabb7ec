import { describe, expect, it } from 'vitest';
import { freeHeaders } from '../../src/gate/index.js';
import { keys } from '../connection/cases.js';
import { connect, ref } from './connections.js';

const preview = connect(keys.preview, { previewBranch: 'feature/a' });
const prod = connect(keys.prod);
const branchOf = (headers: Record<string, string>) => headers['x-trigger-branch'];

describe('the headers of a request that no row describes', () => {
  it('hold the branch of a preview connection, or the one that is asked for', () => {
    expect(freeHeaders(preview, '/api/v1/runs', { accept: 'x' })).toEqual({
      accept: 'x',
      'x-trigger-branch': 'feature/a',
    });
    expect(branchOf(freeHeaders(preview, '/api/v1/runs', { 'x-trigger-branch': 'feature/b' }))).toBe('feature/b');
    expect(freeHeaders(prod, '/api/v1/runs', { accept: 'x' })).toEqual({ accept: 'x' });
  });

  it.each([
    { connection: prod, branch: 'feature/a', code: 'branch_not_allowed' },
    { connection: preview, branch: 'refs/heads/a', code: 'branch_invalid' },
    { connection: preview, branch: 'a b', code: 'branch_invalid' },
  ])('refuse $branch: $code', ({ branch, code, connection }) => {
    expect(() => freeHeaders(connection, '/api/v1/runs', { 'x-trigger-branch': branch })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('lead no call of a token to a branch, unless its path names preview', () => {
    const token = connect(keys.pat, { projectRef: ref, environment: 'preview', previewBranch: 'feature/a' });
    expect(branchOf(freeHeaders(token, `/api/v1/projects/${ref}/envvars/preview`, {}))).toBe('feature/a');
    expect(branchOf(freeHeaders(token, `/api/v1/projects/${ref}/preview`, {}))).toBe('feature/a');
    expect(branchOf(freeHeaders(token, `/api/v1/projects/${ref}/envvars/prod`, {}))).toBeUndefined();
    // A variable may have the name of an environment.
    expect(branchOf(freeHeaders(token, `/api/v1/projects/${ref}/envvars/prod/preview`, {}))).toBeUndefined();
    const dev = connect(keys.pat, { projectRef: ref, environment: 'dev', previewBranch: 'mine' });
    expect(branchOf(freeHeaders(dev, `/api/v1/projects/${ref}/envvars/dev`, {}))).toBe('mine');
    expect(branchOf(freeHeaders(dev, `/api/v1/projects/${ref}/envvars/preview`, {}))).toBeUndefined();
    expect(() => freeHeaders(token, `/api/v1/projects/${ref}/envvars/prod`, { 'x-trigger-branch': 'b' })).toThrow(
      expect.objectContaining({ code: 'branch_not_allowed' }),
    );
  });
});
