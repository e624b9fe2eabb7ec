import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syncEnvVars } from '../../../src/nango/index.js';
import type { EnvName, FakeProject, KeyName } from '../../fake-api/index.js';
import type { FakeNango } from '../fake-nango.js';
import { clockOf, histories, nangoOf, type World, world } from './history.js';

function setUp(key: KeyName = 'root:prod', projectRef?: string, inWorld: World = world()) {
  const { project } = inWorld;
  const nango = nangoOf(inWorld, key, projectRef);
  return {
    inWorld,
    project,
    nango,
    sync: () => syncEnvVars(nango, clockOf(inWorld)),
    /** What one says of itself in a record. */
    record: (name: string, environment = 'prod') => nango.records.get(`${project.ref}/${environment}/${name}`),
  };
}

const idsOf = (project: FakeProject, env: EnvName, place: string) =>
  project.variablesOf(env).map(({ name }) => `${project.ref}/${place}/${name}`);
const ids = (nango: FakeNango) => [...nango.records.keys()].sort();
const moves = (nango: FakeNango) => [...nango.changes.values()].reduce((sum, count) => sum + count, 0);

/** All that a sync leaves anywhere. */
const left = (nango: FakeNango, error?: unknown) =>
  JSON.stringify([[...nango.records], nango.checkpoint, nango.logged, String(error), error]);

describe('syncEnvVars', () => {
  it('stores those of the environment, without what is secret', async () => {
    const { nango, project, record, sync } = setUp();
    await sync();
    expect(ids(nango)).toEqual(idsOf(project, 'prod', 'prod'));
    const own = { projectRef: project.ref, environment: 'prod' };
    expect(record('STAGE')).toEqual({
      id: `${project.ref}/prod/STAGE`,
      ...own,
      name: 'STAGE',
      isSecret: false,
      valueHash: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(record('PAYMENTS_TOKEN')).toStrictEqual({
      id: `${project.ref}/prod/PAYMENTS_TOKEN`,
      ...own,
      name: 'PAYMENTS_TOKEN',
      isSecret: true,
    });
    expect(nango.journal).toEqual([...Array(3).fill('checkpoint'), 'track', 'save 3', 'tracked 0', 'checkpoint']);
  });

  it('deletes what is gone, and moves a record once for a change, none without', async () => {
    const { nango, project, record, sync } = setUp();
    await sync();
    const before = moves(nango);
    await sync();
    expect(moves(nango)).toBe(before);
    project.removeVariable('prod', 'LOG_LEVEL');
    project.setVariable('prod', { name: 'STAGE', value: 'blue' });
    await sync();
    await sync();
    expect(moves(nango)).toBe(before + 2);
    expect(ids(nango)).toEqual(idsOf(project, 'prod', 'prod'));
    expect(record('LOG_LEVEL')).toBeUndefined();
  });

  it('has the preview branch in the id', async () => {
    const key = setUp('root:preview');
    const pat = setUp('pat:alice');
    for (const { nango, project, sync } of [key, pat]) {
      Object.assign(nango.config, { environment: 'preview', triggerBranch: 'feature/one' });
      await sync();
      expect(ids(nango)).toEqual(idsOf(project, 'preview:feature/one', 'preview@feature/one'));
      expect([...nango.records.values()].every(({ previewBranch }) => previewBranch === 'feature/one')).toBe(true);
    }
  });

  it('calls the branch that is none, none', async () => {
    const { nango, project, sync } = setUp('pat:alice');
    Object.assign(nango.config, { environment: '', triggerBranch: 'default' });
    nango.metadata = { environments: ['dev'] };
    await sync();
    expect(nango.proxied.flatMap(({ headers }) => Object.keys(headers ?? {}))).not.toContain('x-trigger-branch');
    expect(ids(nango)).toEqual(idsOf(project, 'dev', 'dev'));
  });

  it('reads several environments with a personal access token, and drops one that is no longer chosen', async () => {
    const { nango, project, record, sync } = setUp('pat:alice');
    nango.metadata = { environments: ['dev', 'staging', 'prod', 'preview'] };
    await sync();
    const each = (['dev', 'preview', 'prod', 'stg'] as const).map((env) =>
      idsOf(project, env, env === 'stg' ? 'staging' : env),
    );
    expect(ids(nango)).toEqual(each.flat());
    expect(nango.proxied.map(({ endpoint }) => endpoint.split('/').at(-1))).toEqual([
      'dev',
      'staging',
      'prod',
      'preview',
    ]);
    // Of the same value, and yet not to be told from each other.
    expect(record('LOG_LEVEL', 'dev')?.['valueHash']).not.toBe(record('LOG_LEVEL', 'staging')?.['valueHash']);
    nango.metadata = { environments: ['prod'] };
    await sync();
    expect(ids(nango)).toEqual(idsOf(project, 'prod', 'prod'));
  });

  it('equals the server after a crash anywhere', async () => {
    const { nango, project, record, sync } = setUp('pat:alice');
    nango.metadata = { environments: ['prod', 'staging'], includeValues: true };
    let crashed = true;
    let crashAfter = 0;
    for (; crashed; crashAfter += 1) {
      project.setVariable('prod', { name: 'STAGE', value: `${crashAfter}` });
      project.setVariable('stg', { name: `NEW_${crashAfter}`, value: 'new' });
      project.removeVariable('stg', `NEW_${crashAfter - 1}`);
      crashed = await nango.dies(crashAfter, sync);
      await sync();
      expect(ids(nango)).toEqual([...idsOf(project, 'prod', 'prod'), ...idsOf(project, 'stg', 'staging')]);
      expect(record('STAGE')?.['value']).toBe(`${crashAfter}`);
    }
    // Two requests; before and after the checkpoint of the first time, and each of three calls.
    expect(crashAfter).toBeGreaterThan(8);
  });
});

describe('the value of a secret', () => {
  const secret = 'hunter2-of-production';

  /** As it is, encoded, and hashed in every way that the records and the checkpoint would allow. */
  const formsOf = (id: string, salt: string) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').slice(0, 20),
    Buffer.from(secret).toString('hex').slice(0, 20),
    ...[secret, `${id}\n${secret}`, `${salt}${secret}`].flatMap((text) => [
      ...['md5', 'sha1', 'sha256'].map((algorithm) => createHash(algorithm).update(text).digest('hex').slice(0, 20)),
      createHmac('sha256', salt).update(text).digest('hex').slice(0, 20),
      createHmac('sha256', Buffer.from(salt, 'hex')).update(text).digest('hex').slice(0, 20),
    ]),
  ];

  const showing = (as: object) => (given: unknown) =>
    (given as { name: string }[]).map((variable) =>
      variable.name === 'PAYMENTS_TOKEN' ? { name: variable.name, value: secret, ...as } : variable,
    );
  it.each(
    [
      { how: 'is masked by the server', shown: (given: unknown) => given, fails: false },
      { how: 'is shown by the server', shown: showing({ isSecret: true }), fails: false },
      { how: 'is not said to be one', shown: showing({}), fails: false },
      { how: 'comes in another shape', shown: showing({ value: [secret], isSecret: true }), fails: true },
      {
        how: 'is in the answer before one that fails',
        shown: (given: unknown, asked: number) => (asked === 1 ? showing({ isSecret: true })(given) : {}),
        fails: true,
      },
      {
        how: 'is in what the proxy throws',
        shown: () => {
          throw new Error(`connect ECONNREFUSED ${secret}`);
        },
        fails: true,
      },
    ].flatMap((row) => [
      { ...row, includeValues: true },
      { ...row, includeValues: false },
    ]),
  )('is nowhere when it $how, with includeValues $includeValues', async ({ fails, includeValues, shown }) => {
    const { nango, project, record, sync } = setUp('pat:alice');
    project.setVariable('prod', { name: 'PAYMENTS_TOKEN', value: secret, isSecret: true });
    nango.metadata = { includeValues, environments: ['prod', 'staging'] };
    nango.rewrite = (answer) => ({ ...answer, data: shown(answer.data, nango.proxied.length) });
    const error = await sync().catch((thrown: unknown) => thrown);
    expect(error !== undefined).toBe(fails);
    expect(record('PAYMENTS_TOKEN')?.['isSecret']).toBe(fails ? undefined : true);
    const text = left(nango, error);
    const { salt } = nango.checkpoint as { salt: string };
    for (const form of formsOf(`${project.ref}/prod/PAYMENTS_TOKEN`, salt)) {
      expect(text).not.toContain(form);
    }
  });

  it('goes when a variable becomes one, as its value and as its hash', async () => {
    const { nango, project, record, sync } = setUp();
    for (const includeValues of [true, false]) {
      nango.metadata = { includeValues };
      project.setVariable('prod', { name: 'TOKEN', value: 'open', isSecret: false });
      await sync();
      expect(Object.keys(record('TOKEN') ?? {})).toContain(includeValues ? 'value' : 'valueHash');
      project.setVariable('prod', { name: 'TOKEN', value: 'open', isSecret: true });
      await sync();
      expect(Object.keys(record('TOKEN') ?? {})).toEqual(['id', 'projectRef', 'environment', 'name', 'isSecret']);
    }
  });
});

describe('any other value', () => {
  it('is a hash that changes with it, and tells nothing else', async () => {
    const { inWorld, nango, project, record, sync } = setUp();
    const hash = (name: string) => String(record(name)?.['valueHash']);
    project.setVariable('prod', { name: 'A', value: 'same' });
    project.setVariable('prod', { name: 'B', value: 'same' });
    await sync();
    const [first, other] = [hash('A'), hash('B')];
    expect(first).not.toBe(other);
    project.setVariable('prod', { name: 'A', value: 'another' });
    await sync();
    expect(hash('A')).not.toBe(first);
    expect(hash('B')).toBe(other);
    project.setVariable('prod', { name: 'A', value: 'same' });
    await sync();
    expect(hash('A')).toBe(first);
    expect(left(nango)).not.toContain('another');

    // With another key, of the same project.
    const neighbour = setUp('additional:full', project.ref, inWorld);
    await neighbour.sync();
    expect(neighbour.record('A')?.['valueHash']).not.toBe(first);
    // Who has the records alone cannot try values.
    const id = `${project.ref}/prod/A`;
    for (const text of ['same', `${id}\nsame`]) {
      expect(createHash('sha256').update(text).digest('hex')).not.toContain(first);
      expect(createHmac('sha256', '').update(text).digest('hex')).not.toContain(first);
    }
  });

  it('is stored as it is only while that is asked for', async () => {
    const { nango, record, sync } = setUp();
    const shown = () => {
      const { value, valueHash } = record('STAGE') ?? {};
      return { value, valueHash };
    };
    await sync();
    const hashed = shown();
    expect(hashed).toEqual({ value: undefined, valueHash: expect.any(String) });
    nango.metadata = { includeValues: true };
    await sync();
    expect(shown()).toEqual({ value: 'prod', valueHash: undefined });
    nango.metadata = { includeValues: false };
    await sync();
    expect(shown()).toEqual(hashed);
  });
});

describe('the salt of the hashes', () => {
  const hashOf = ({ nango, project }: Pick<ReturnType<typeof setUp>, 'nango' | 'project'>) =>
    nango.records.get(`${project.ref}/prod/STAGE`)?.['valueHash'];

  it('stays where a checkpoint reads as none although there is one, and no guard is passed', async () => {
    const all = setUp();
    const { nango, sync } = all;
    await sync();
    const before = hashOf(all);
    for (const fails of [false, true]) {
      nango.stand.failsRead = fails ? () => true : undefined;
      nango.config['projectRef'] = fails ? 'proj_another' : '';
      await (fails ? expect(sync()).rejects.toMatchObject({ payload: { code: 'platform_error' } }) : sync());
    }
    nango.stand.failsRead = undefined;
    expect(hashOf(all)).toBe(before);
    expect(moves(nango)).toBe(3);
  });

  it('stays that of an older checkpoint, and is the key’s where there is none', async () => {
    const fresh = setUp();
    await fresh.sync();
    const old = setUp();
    const { fingerprint } = fresh.nango.checkpoint as { fingerprint: string };
    old.nango.checkpoint = { version: 1, fingerprint: fingerprint.split(' | ')[0] ?? '', salt: 'c0ffee' };
    await old.sync();
    const kept = hashOf(old);
    expect(kept).not.toBe(hashOf(fresh));
    await old.sync();
    expect(hashOf(old)).toBe(kept);
    expect(old.nango.checkpoint).toMatchObject({ version: 2, salt: 'c0ffee' });
    old.nango.checkpoint = null;
    await old.sync();
    expect(hashOf(old)).toBe(hashOf(fresh));
  });

  it('is in no record, and changes once with another key', async () => {
    const { inWorld, nango, project, sync } = setUp();
    await sync();
    const before = hashOf({ nango, project });
    const replaced = setUp('additional:full', project.ref, inWorld);
    replaced.nango.checkpoint = nango.checkpoint;
    await replaced.sync();
    const after = hashOf(replaced);
    expect(after).not.toBe(before);
    await replaced.sync();
    expect(hashOf(replaced)).toBe(after);
  });
});

it('a variable that went while a sync died between its records and their end is gone after the next', async () => {
  const { nango, project, record, sync } = setUp();
  await sync();
  let died = true;
  for (let step = 0; died; step += 1) {
    project.setVariable('prod', { name: 'SHORT', value: String(step) });
    died = await nango.dies(step, sync);
    project.removeVariable('prod', 'SHORT');
    await sync();
    expect(record('SHORT')).toBeUndefined();
  }
});

describe('an environment that fails', () => {
  it.each([
    { status: 403, code: 'forbidden' },
    { status: 500, code: 'server_error' },
    { status: 404, code: 'not_found' },
    { status: 401, code: 'auth_revoked' },
  ])('with $status deletes nothing, of the others neither', async ({ code, status }) => {
    const { nango, project, sync } = setUp('pat:alice');
    nango.metadata = { environments: ['prod', 'staging', 'dev'] };
    await sync();
    const before = new Map(nango.records);
    project.removeVariable('prod', 'STAGE');
    project.removeVariable('stg', 'STAGE');
    nango.rewrite = (answer, { endpoint }) =>
      endpoint.endsWith('/staging') ? { status, headers: {}, data: { error: 'No' } } : answer;
    await expect(sync()).rejects.toMatchObject({ payload: { code } });
    expect(nango.records).toEqual(before);
    nango.rewrite = undefined;
    await sync();
    expect(nango.records.size).toBe(before.size - 2);
  });
});

describe('an id that is too long for Nango', () => {
  const { ref } = world().project;
  const room = 255 - `${ref}/prod/`.length;

  it.each([
    { what: 'of 255 characters stays', names: ['A'.repeat(room)], shortened: false },
    {
      what: 'of more is shortened, each to its own',
      names: [`${'A'.repeat(room)}1`, `${'A'.repeat(room)}2`, 'A'.repeat(900)],
      shortened: true,
    },
    {
      what: 'is never cut within a character',
      names: [0, 1].map((shift) => `${'A'.repeat(180 - `${ref}/prod/`.length - shift)}😀${'B'.repeat(100)}`),
      shortened: true,
    },
  ])('one $what', async ({ names, shortened }) => {
    const { nango, project, sync } = setUp();
    for (const name of names) {
      project.setVariable('prod', { name, value: 'x' });
    }
    await sync();
    const stored = [...nango.records.values()].filter(({ name }) => names.includes(String(name)));
    expect(new Set(stored.map(({ id }) => id)).size).toBe(names.length);
    for (const { id, name } of stored) {
      expect(String(id).length).toBeLessThanOrEqual(255);
      expect(String(id).startsWith(`${ref}/prod/A`)).toBe(true);
      expect(id === `${ref}/prod/${name}`).toBe(!shortened);
      // Half a character pair cannot be encoded, and no store keeps it.
      expect(() => encodeURIComponent(String(id))).not.toThrow();
    }
    const before = moves(nango);
    await sync();
    expect(moves(nango)).toBe(before);
  });
});

describe('the project of a key', () => {
  it('is asked for once where the connection does not tell', async () => {
    const { nango, project, sync } = setUp('root:prod', '');
    await sync();
    expect(nango.proxied.map(({ endpoint }) => endpoint)).toEqual([
      '/api/v1/whoami',
      `/api/v1/projects/${project.ref}/envvars/prod`,
    ]);
    expect(ids(nango)).toEqual(idsOf(project, 'prod', 'prod'));
  });

  it.each([
    {
      key: 'additional:envvars',
      who: 'a restricted key, which may not ask',
      ref: '',
      code: 'project_ref_required',
      sent: 1,
    },
    { key: 'pat:alice', who: 'a personal access token', ref: '', code: 'project_ref_required', sent: 0 },
    { key: 'additional:readRuns', who: 'a key without that scope', ref: undefined, code: 'forbidden', sent: 1 },
    { key: 'pat:bob', who: 'a token of a stranger', ref: undefined, code: 'project_not_found', sent: 1 },
  ] as const)('$who is told $code, and nothing is deleted', async ({ code, key, ref, sent }) => {
    const { nango, sync } = setUp(key, ref);
    nango.records.set('kept', { id: 'kept' });
    await expect(sync()).rejects.toMatchObject({ payload: { code } });
    expect(nango.proxied).toHaveLength(sent);
    expect(ids(nango)).toEqual(['kept']);
  });

  it('is no other than that of the records', async () => {
    const { nango, project, sync } = setUp('pat:alice');
    await sync();
    nango.config['projectRef'] = project.otherRef;
    const before = nango.proxied.length;
    await expect(sync()).rejects.toMatchObject({ payload: { code: 'checkpoint_mismatch' } });
    expect(nango.proxied).toHaveLength(before);
  });
});

const places = { prod: 'prod', staging: 'stg', dev: 'dev' } as const;
const environment = fc.constantFrom('prod' as const, 'staging' as const, 'dev' as const);
const name = fc.constantFrom('STAGE', 'A', 'B', 'LONG_'.repeat(60));

type Step =
  | { do: 'set'; at: keyof typeof places; name: string; value: number; isSecret: boolean }
  | { do: 'remove'; at: keyof typeof places; name: string }
  | { do: 'choose'; environments: (keyof typeof places)[]; includeValues: boolean }
  | { do: 'sync'; crashAfter: number | null; busy: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      at: environment,
      name,
      value: fc.integer({ min: 0, max: 2 }),
      isSecret: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), at: environment, name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('choose' as const),
      environments: fc.uniqueArray(environment, { minLength: 1 }),
      includeValues: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('sync' as const),
      crashAfter: fc.option(fc.integer({ min: 0, max: 11 })),
      busy: fc.boolean(),
    }),
  },
);

async function play(steps: readonly Step[]): Promise<void> {
  const { nango, project, sync } = setUp('pat:alice');
  let chosen: Extract<Step, { do: 'choose' }> = { do: 'choose', environments: ['prod'], includeValues: false };
  const hashes = new Map<string, string>();
  const apply = (current: Exclude<Step, { do: 'sync' }>) => {
    if (current.do === 'set') {
      const { at, isSecret, name: named, value } = current;
      project.setVariable(places[at], { name: named, value: `${isSecret ? 'hidden' : 'plain'}-${value}`, isSecret });
    } else if (current.do === 'remove') {
      project.removeVariable(places[current.at], current.name);
    } else {
      chosen = current;
    }
    nango.metadata = chosen;
  };
  // A server that does not mask what is secret.
  nango.rewrite = (answer) => ({
    ...answer,
    data: (answer.data as { isSecret: boolean }[]).map((one) => (one.isSecret ? { ...one, value: 'hidden-too' } : one)),
  });
  const compare = () => {
    const expected = chosen.environments.flatMap((at) =>
      project.variablesOf(places[at]).map(({ isSecret, name: named, value }) => {
        const shown = chosen.includeValues ? { value } : { valueHash: expect.stringMatching(/^[0-9a-f]{32}$/) };
        return { projectRef: project.ref, environment: at, name: named, isSecret, ...(!isSecret && shown) };
      }),
    );
    expect([...nango.records.values()].map(({ id: _, ...rest }) => rest)).toHaveLength(expected.length);
    expect([...nango.records.values()].map(({ id: _, ...rest }) => rest)).toEqual(expect.arrayContaining(expected));
    for (const { environment: at, id, name: named, valueHash } of nango.records.values()) {
      if (valueHash !== undefined) {
        const [variable] = project.variablesOf(places[at as keyof typeof places]).filter((one) => one.name === named);
        const of = `${id} ${variable?.value}`;
        expect(hashes.get(of) ?? valueHash).toBe(valueHash);
        hashes.set(of, String(valueHash));
      }
    }
    expect(new Set(hashes.values()).size).toBe(hashes.size);
  };
  for (const current of steps) {
    if (current.do !== 'sync') {
      apply(current);
      continue;
    }
    let changed = 0;
    nango.betweenPages = current.busy
      ? () => {
          changed += 1;
          apply({
            do: 'set',
            at: changed % 2 === 0 ? 'staging' : 'prod',
            name: 'A',
            value: changed % 3,
            isSecret: false,
          });
        }
      : undefined;
    const crashed = await nango.dies(current.crashAfter, sync);
    nango.betweenPages = undefined;
    expect(left(nango)).not.toContain('hidden');
    if (!crashed && !current.busy) {
      compare();
    }
  }
  await sync();
  compare();
  expect(left(nango)).not.toContain('hidden');
  const before = moves(nango);
  await sync();
  expect(moves(nango)).toBe(before);
}

it(
  'whatever happened, and wherever a sync crashed, the records equal the server',
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), play), { numRuns: Math.ceil(histories / 4) });
  },
  30_000 + histories * 200,
);
