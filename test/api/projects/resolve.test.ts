import { describe, expect, it } from 'vitest';
import { endpointNames, endpoints, targetFor } from '../../../src/api/index.js';
import { needsProject, withProject } from '../../../src/api/projects/resolve.js';
import { ConnectorError, type ErrorCode } from '../../../src/errors/index.js';
import { keys } from '../../connection/cases.js';
import { connect, connections } from '../../gate/connections.js';
import { rejectionOf, scriptedAsk } from '../../gate/scripted-ask.js';

const identity = { project: { externalRef: 'proj_found' } };
const found = { whoami: [identity] };
const nameless = () => connect(keys.prod);

const withProjectRef = endpointNames.filter((name) => name.startsWith('envvars.'));

describe('the project of a secret key', () => {
  it.each(endpointNames)('is asked for %s only where the path holds it', (name) => {
    for (const connection of [nameless(), connect(keys.additional), connect(keys.newFamily, { environment: 'prod' })]) {
      expect(needsProject(connection, endpoints[name], {})).toBe(withProjectRef.includes(name));
      expect(needsProject(connection, endpoints[name], undefined)).toBe(withProjectRef.includes(name));
      expect(needsProject(connection, endpoints[name], { projectRef: undefined })).toBe(withProjectRef.includes(name));
      expect(needsProject(connection, endpoints[name], { projectRef: 'proj_x' })).toBe(false);
    }
    expect(needsProject(connections.root, endpoints[name], {})).toBe(false);
    // A token spans projects: nobody can look up which one is meant.
    expect(needsProject(connect(keys.pat), endpoints[name], {})).toBe(false);
  });

  it('is looked up once, also where many ask at the same time', async () => {
    const connection = nameless();
    const { ask, asked } = scriptedAsk(found);
    const all = await Promise.all(Array.from({ length: 20 }, () => withProject(connection, ask)));
    expect(new Set(all).size).toBe(1);
    expect(await withProject(connection, ask)).toBe(all[0]);
    expect(asked).toEqual([{ name: 'whoami', input: {} }]);
  });

  it('is all that the connection gains', async () => {
    const connection = connect(keys.preview, { previewBranch: 'feature/x' });
    const { ask } = scriptedAsk(found);
    const resolved = await withProject(connection, ask);
    expect(resolved).toEqual({ ...connection, projectRef: 'proj_found' });
    expect(resolved.key).toBe(connection.key);
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(connection).not.toHaveProperty('projectRef');
  });

  it('is looked up for each connection', async () => {
    const { ask, asked } = scriptedAsk({
      whoami: [{ project: { externalRef: 'proj_a' } }, { project: { externalRef: 'proj_b' } }],
    });
    const refs = [await withProject(nameless(), ask), await withProject(nameless(), ask)].map(
      ({ projectRef }) => projectRef,
    );
    expect(refs).toEqual(['proj_a', 'proj_b']);
    expect(asked).toHaveLength(2);
  });

  it('is asked again after a failure', async () => {
    const connection = nameless();
    const { ask, asked } = scriptedAsk({ whoami: [new ConnectorError('network'), identity] });
    expect(await rejectionOf(() => withProject(connection, ask))).toMatchObject({ code: 'network' });
    await expect(withProject(connection, ask)).resolves.toMatchObject({ projectRef: 'proj_found' });
    expect(asked).toHaveLength(2);
  });

  it('has to be given with a key that may not ask', async () => {
    const { ask } = scriptedAsk({ whoami: [new ConnectorError('key_lacks_full_access')] });
    const error = await rejectionOf(() => withProject(connect(keys.additional), ask));
    expect(error).toMatchObject({ code: 'project_ref_required', field: 'projectRef' });
    expect((error as Error).message).toContain('TRIGGER_PROJECT_REF');
  });

  it.each<ErrorCode>(['unauthorized', 'rate_limited', 'network', 'invalid_response', 'branch_not_found'])(
    'cannot be found where asking fails: %s is said as it is',
    async (code) => {
      const { ask } = scriptedAsk({ whoami: [new ConnectorError(code)] });
      expect(await rejectionOf(() => withProject(nameless(), ask))).toMatchObject({ code });
    },
  );

  it('is looked up for a call that needs it, and not before what is wrong is said', async () => {
    const { ask, asked } = scriptedAsk({ whoami: [identity] });
    const bad = await rejectionOf(() => targetFor(nameless(), endpoints['envvars.retrieve'], { name: '..' }, ask));
    expect(bad).toMatchObject({ code: 'input_invalid', path: 'name' });
    const connection = nameless();
    expect(await targetFor(connection, endpoints['runs.list'], {}, ask)).toBe(connection);
    expect(asked).toEqual([]);
    expect(await targetFor(connection, endpoints['envvars.list'], {}, ask)).toMatchObject({ projectRef: 'proj_found' });
    expect(asked).toHaveLength(1);
  });

  it('passes on what is no error of ours', async () => {
    const { ask } = scriptedAsk({ whoami: [new TypeError('a defect')] });
    expect(await rejectionOf(() => withProject(nameless(), ask))).toBeInstanceOf(TypeError);
  });
});
