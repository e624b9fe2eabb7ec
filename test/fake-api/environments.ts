import { fakeKeys, otherProjectRef, projectRef } from './keys.js';
import type { EnvName, FakeEnvironment, FakeUser } from './types.js';

/** Where the server says that its pages are. */
export const dashboardUrl = 'https://cloud.trigger.dev';

/** When everything that is not a run came into being. */
export const FOUNDED = '2026-01-05T09:00:00.000Z';

export const fakeOrganization = {
  id: 'cfakeorganization00000000',
  title: 'Fake organisation',
  slug: 'fake-organisation',
} as const;

export interface FakeProjectRecord {
  id: string;
  externalRef: string;
  name: string;
  slug: string;
}

export const fakeProjects: readonly FakeProjectRecord[] = [
  { id: 'cfakeproject0000000000000', externalRef: projectRef, name: 'Fake project', slug: 'fake-project' },
  { id: 'cotherproject000000000000', externalRef: otherProjectRef, name: 'Other project', slug: 'other-project' },
];

const id = (tail: string): string => `c${'fakeenv'.repeat(3)}${tail}`.slice(0, 25).padEnd(25, '0');

const main = { projectRef, branchName: null };

/** In the order their rows were created, which is the order `filter[env]=a,b` picks its one environment in. */
export const fakeEnvironments: readonly FakeEnvironment[] = [
  { ...main, name: 'prod', id: id('prd'), slug: 'prod', type: 'PRODUCTION', rootKey: fakeKeys['root:prod'] },
  {
    ...main,
    name: 'dev',
    id: id('dev'),
    slug: 'dev',
    type: 'DEVELOPMENT',
    rootKey: fakeKeys['root:dev'],
    owner: 'alice',
  },
  {
    ...main,
    name: 'dev:carol',
    id: id('dv2'),
    slug: 'dev',
    type: 'DEVELOPMENT',
    rootKey: fakeKeys['root:dev:carol'],
    owner: 'carol',
  },
  { ...main, name: 'stg', id: id('stg'), slug: 'stg', type: 'STAGING', rootKey: fakeKeys['root:stg'] },
  { ...main, name: 'preview', id: id('prv'), slug: 'preview', type: 'PREVIEW', rootKey: fakeKeys['root:preview'] },
  {
    projectRef,
    name: 'preview:feature/one',
    id: id('br1'),
    // The slash is dropped, not replaced.
    slug: 'preview-featureone',
    type: 'PREVIEW',
    rootKey: fakeKeys['root:preview'],
    branchName: 'feature/one',
    parent: 'preview',
  },
  {
    projectRef: otherProjectRef,
    name: 'other:prod',
    id: id('oth'),
    slug: 'prod',
    type: 'PRODUCTION',
    rootKey: fakeKeys['root:other:prod'],
    branchName: null,
  },
];

const byName = new Map<EnvName, FakeEnvironment>(fakeEnvironments.map((env) => [env.name, env]));

export function environmentNamed(name: EnvName): FakeEnvironment {
  const env = byName.get(name);
  if (env === undefined) {
    throw new TypeError(`The fake project has no environment "${name}".`);
  }
  return env;
}

export const fakeUsers: readonly FakeUser[] = [
  {
    name: 'alice',
    id: 'cfakeuseralice00000000000',
    email: 'alice@example.test',
    projects: [projectRef, otherProjectRef],
  },
  {
    name: 'carol',
    id: 'cfakeusercarol00000000000',
    email: 'carol@example.test',
    projects: [projectRef, otherProjectRef],
  },
  { name: 'bob', id: 'cfakeuserbob0000000000000', email: 'bob@example.test', projects: [] },
];
