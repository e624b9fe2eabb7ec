import { describe, expect, it } from 'vitest';
import { checkProject, endpointNames, endpoints, supports, uncheckedProject } from '../../../src/api/index.js';
import { ConnectorError, type ErrorCode } from '../../../src/errors/index.js';
import { keys } from '../../connection/cases.js';
import { connect, connections } from '../../gate/connections.js';
import { rejectionOf, scriptedAsk } from '../../gate/scripted-ask.js';

const identity = { project: { externalRef: 'proj_own' } };
const withRef = (projectRef: string, key = keys.prod) => connect(key, { projectRef });

describe('the project ref beside a secret key', () => {
  it('is compared once per connection, also where many ask at the same time', async () => {
    const connection = withRef('proj_own');
    const { ask, asked } = scriptedAsk({ whoami: [identity] });
    const all = await Promise.all(Array.from({ length: 20 }, () => checkProject(connection, ask)));
    expect(new Set(all.map(({ checked }) => checked))).toEqual(new Set([true]));
    expect(await checkProject(connection, ask)).toEqual({ checked: true });
    expect(asked).toEqual([{ name: 'whoami', input: {} }]);
    await checkProject(withRef('proj_own'), ask);
    expect(asked).toHaveLength(2);
  });

  it('of another project is refused by its name, each time, after one request', async () => {
    const connection = withRef('proj_other');
    const { ask, asked } = scriptedAsk({ whoami: [identity] });
    for (let times = 0; times < 3; times += 1) {
      const error = await rejectionOf(() => checkProject(connection, ask));
      expect(error).toMatchObject({ code: 'project_not_found', field: 'projectRef' });
      expect((error as Error).message).toMatch(/proj_other .*proj_own/);
    }
    expect(asked).toHaveLength(1);
  });

  it('may be that of a call, which wins over that of the connection', async () => {
    const connection = withRef('proj_own');
    const { ask, asked } = scriptedAsk({ whoami: [identity] });
    expect(await checkProject(connection, ask, 'proj_own')).toEqual({ checked: true });
    expect(await rejectionOf(() => checkProject(connection, ask, 'proj_other'))).toMatchObject({
      code: 'project_not_found',
    });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['no ref', connect(keys.prod)],
    ['a personal access token, which spans projects', connect(keys.pat, { projectRef: 'proj_other' })],
  ])('is not asked about with %s', async (_, connection) => {
    const { ask, asked } = scriptedAsk({});
    expect(await checkProject(connection, ask)).toEqual({ checked: false });
    expect(asked).toEqual([]);
  });

  it.each<ErrorCode>([
    'key_lacks_full_access',
    'unauthorized',
    'branch_header_required',
    'branch_not_found',
    'forbidden',
    'not_found',
    'server_too_old',
  ])('is taken as it is, for good, where asking fails with %s', async (code) => {
    const connection = withRef('proj_other', keys.additional);
    const { ask, asked } = scriptedAsk({ whoami: [new ConnectorError(code)] });
    expect(await checkProject(connection, ask)).toEqual({ checked: false });
    expect(await checkProject(connection, ask)).toEqual({ checked: false });
    expect(asked).toHaveLength(1);
  });

  it('is taken as it is for one call, and asked about in the next, where a page of somebody else came', async () => {
    const connection = withRef('proj_other');
    const { ask, asked } = scriptedAsk({ whoami: [new ConnectorError('invalid_response'), identity] });
    expect(await checkProject(connection, ask)).toEqual({ checked: false });
    expect(await rejectionOf(() => checkProject(connection, ask))).toMatchObject({ code: 'project_not_found' });
    expect(asked).toHaveLength(2);
  });

  it.each<ErrorCode>(['network', 'timeout', 'rate_limited', 'server_error', 'aborted'])(
    'is asked about again where asking failed with %s',
    async (code) => {
      const connection = withRef('proj_own');
      const { ask, asked } = scriptedAsk({ whoami: [new ConnectorError(code), identity] });
      expect(await rejectionOf(() => checkProject(connection, ask))).toMatchObject({ code });
      expect(await checkProject(connection, ask)).toEqual({ checked: true });
      expect(asked).toHaveLength(2);
    },
  );

  it('is asked about by those who waited for a call that was cancelled', async () => {
    const connection = withRef('proj_own');
    const { ask, asked } = scriptedAsk({ whoami: [new ConnectorError('aborted'), identity] });
    const [cancelled, ...others] = await Promise.allSettled(
      Array.from({ length: 5 }, () => checkProject(connection, ask)),
    );
    expect(cancelled?.status).toBe('rejected');
    expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'fulfilled'));
    expect(asked).toHaveLength(2);
  });

  it('passes on what is no error of ours', async () => {
    const { ask } = scriptedAsk({ whoami: [new TypeError('a defect')] });
    expect(await rejectionOf(() => checkProject(withRef('proj_own'), ask))).toBeInstanceOf(TypeError);
  });
});

describe('which calls the server answers whatever the ref is', () => {
  const compares = (name: string) => name.startsWith('envvars.') || ['whoami', 'schedules.timezones'].includes(name);
  const tokensOnly = ['projects.list', 'projects.environments', 'branches.list'];

  it.each(endpointNames.filter((name) => !tokensOnly.includes(name)))('%s', (name) => {
    const expected = compares(name) ? undefined : 'proj_x';
    expect(uncheckedProject(withRef('proj_x'), endpoints[name], {})).toBe(expected);
    expect(uncheckedProject(withRef('proj_x', keys.additional), endpoints[name], undefined)).toBe(
      supports(name, 'additional') ? expected : undefined,
    );
    expect(uncheckedProject(withRef('proj_a'), endpoints[name], { projectRef: 'proj_x' })).toBe(expected);
    expect(uncheckedProject(connect(keys.prod), endpoints[name], {})).toBeUndefined();
    expect(uncheckedProject(connections.pat, endpoints[name], {})).toBeUndefined();
  });
});
