import { describe, expect, it } from 'vitest';
import type { Transport } from '../../src/client/index.js';
import { connectionFromNango, connectionFromValues } from '../../src/connection/index.js';
import type { Ask } from '../../src/gate/index.js';
import { targetOf } from '../../src/host/admission.js';
import { Connections } from '../../src/host/connections.js';
import { configOfParsed } from '../../src/host/given-config.js';
import { openStore } from '../../src/host/index.js';
import { summarise } from '../../src/host/summary.js';
import type { Vault } from '../../src/host/vault/vault.js';
import { identityOf } from '../../src/nango/sync/identity.js';
import { keys } from './cases.js';

// Stores, checkpoints and customers' own tables hold these texts: a change here mixes or loses the records of
// connections that are there already.
const ref = 'proj_abcdefghij';
const cloud = 'https://api.trigger.dev';
const own = 'https://trigger.example.com';

const kept = [
  {
    title: 'a secret key',
    values: { apiKey: keys.prod },
    id: 'prod-cc3793e4e8',
    fingerprint: `${cloud} ${ref} prod  | 9f4b51cd`,
    target: `${cloud} ${ref} prod `,
    config: { baseUrl: 'api.trigger.dev', environment: 'prod' },
  },
  {
    title: 'a preview key with every field',
    values: {
      apiKey: keys.preview,
      projectRef: ref,
      environment: 'preview',
      baseUrl: 'trigger.example.com:8443',
      previewBranch: 'feature/login',
    },
    id: 'preview-bcd79a4993',
    fingerprint: `${own}:8443 ${ref} preview feature/login | 6d20246b`,
    target: `${own}:8443 ${ref} preview feature/login`,
    config: {
      baseUrl: 'trigger.example.com:8443',
      projectRef: ref,
      environment: 'preview',
      triggerBranch: 'feature/login',
    },
  },
  {
    title: 'a dev key with a branch',
    values: { apiKey: keys.dev, previewBranch: 'mine' },
    id: 'dev-fb155642a8',
    fingerprint: `${cloud} ${ref} dev mine | 7f8a2ca1`,
    target: `${cloud} ${ref} dev mine`,
    config: { baseUrl: 'api.trigger.dev', environment: 'dev', triggerBranch: 'mine' },
  },
  {
    title: 'an additional key',
    values: { apiKey: keys.additional, projectRef: ref },
    id: 'prod-2aad6afec5',
    fingerprint: `${cloud} ${ref} prod  | 4fd6a35f`,
    target: `${cloud} ${ref} prod `,
    config: { baseUrl: 'api.trigger.dev', projectRef: ref, environment: 'prod' },
  },
  {
    title: 'a personal access token',
    values: { apiKey: keys.pat, projectRef: ref },
    id: 'pat-key-8f0389b351',
    fingerprint: `${cloud} ${ref}   | e3d4c295`,
    target: `${cloud} ${ref}  `,
    config: { baseUrl: 'api.trigger.dev', projectRef: ref },
  },
  {
    title: 'a personal access token for an environment',
    values: { apiKey: keys.pat, projectRef: ref, environment: 'stg', baseUrl: `${own}/` },
    id: 'pat-staging-45e630a460',
    fingerprint: `${own} ${ref} staging  | e3d4c295`,
    target: `${own} ${ref} staging `,
    config: { baseUrl: 'trigger.example.com', projectRef: ref, environment: 'staging' },
  },
  {
    title: 'a personal access token for a preview branch',
    values: { apiKey: keys.pat, projectRef: ref, environment: 'preview', triggerBranch: 'x' },
    id: 'pat-preview-dde3b36d16',
    fingerprint: `${cloud} ${ref} preview x | e3d4c295`,
    target: `${cloud} ${ref} preview x`,
    config: { baseUrl: 'api.trigger.dev', projectRef: ref, environment: 'preview', triggerBranch: 'x' },
  },
];

const whoami = { userId: 'u', project: { externalRef: ref } };
const ask = (async () => whoami) as unknown as Ask;
const transport: Transport = {
  send: async () => ({
    status: 200,
    headers: {},
    body: {
      organization: { id: 'o', title: 'o', slug: 'o' },
      project: { id: 'p', name: 'p', slug: 'p', externalRef: ref, createdAt: '2026-11-01T00:00:00.000Z' },
      environment: { id: 'e', slug: 'prod', type: 'PRODUCTION' },
      userId: 'u',
      email: 'user@example.com',
    },
  }),
};

describe.each(kept)('what is stored of $title', ({ config, fingerprint, id, target, values }) => {
  const connection = connectionFromValues(values, {}, true);

  it('has the id that it always had', () => {
    const { baseUrl, environment = null, kind, previewBranch = null, projectRef = null } = connection;
    expect(summarise(connection)).toEqual({ id, kind, environment, projectRef, previewBranch, baseUrl });
  });

  it('has the fingerprint of its checkpoints', async () => {
    expect((await identityOf(connection, ask, undefined)).fingerprint).toBe(fingerprint);
  });

  it('continues from the checkpoint of an earlier version', async () => {
    await expect(identityOf(connection, ask, fingerprint)).resolves.toMatchObject({ fingerprint });
  });

  it('has the target by which the host keeps its records', async () => {
    expect(await targetOf(connection, transport)).toBe(target);
  });

  it('has the config that Nango’s clients get, and is itself again from it', () => {
    expect(JSON.stringify(configOfParsed(connection))).toBe(JSON.stringify(config));
    const again = connectionFromNango({ credentials: { apiKey: values.apiKey }, connection_config: config });
    expect({ ...again, key: '' }).toEqual({ ...connection, key: '' });
  });

  it('is sealed under the names of the form', async () => {
    const sealed: string[] = [];
    const vault = { seal: async (_, text) => sealed[sealed.push(text) - 1] ?? '' } as Vault;
    const store = await openStore(':memory:');
    await new Connections(store, vault).keep(connection, { target, verified: { status: 'valid', at: '' } });
    store.close();
    const { baseUrl, environment, previewBranch, projectRef } = connection;
    const { apiKey } = values;
    expect(sealed.map((text) => JSON.parse(text))).toEqual([
      JSON.parse(JSON.stringify({ apiKey, baseUrl, environment, projectRef, previewBranch })),
    ]);
  });
});
