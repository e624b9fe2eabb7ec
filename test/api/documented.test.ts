import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endpointNames, endpoints, supports } from '../../src/api/index.js';
import type { KeyKind } from '../../src/connection/index.js';
import { build, connections, inputs, thrownBy } from '../gate/connections.js';

// The support table of the documentation: endpoint, secret key, personal access token. Pinned by hand.
const documented = `
  task.trigger         yes no
  task.batchTrigger    yes no
  runs.list            yes yes
  runs.retrieve        yes no
  runs.cancel          yes no
  runs.replay          yes no
  envvars.list         yes yes
  envvars.retrieve     yes yes
  envvars.upload       yes yes
  envvars.create       yes yes
  envvars.update       yes yes
  envvars.del          yes yes
  schedules.list       yes no
  schedules.create     yes no
  schedules.retrieve   yes no
  schedules.update     yes no
  schedules.activate   yes no
  schedules.deactivate yes no
  schedules.del        yes no`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([name = '', secretKey, pat]) => ({ name, secretKey: secretKey === 'yes', pat: pat === 'yes' }));

/** The columns of the table; the last is everything that the table has no column for. */
const columns: Readonly<Record<string, { kinds: readonly KeyKind[]; of: 'secretKey' | 'pat' | undefined }>> = {
  'root key': { kinds: ['root'], of: 'secretKey' },
  'additional key': { kinds: ['additional'], of: 'secretKey' },
  'personal access token': { kinds: ['pat'], of: 'pat' },
  'any other kind': { kinds: ['organizationToken', 'userActorToken', 'publicKey'], of: undefined },
};

const cells = documented.flatMap((row) =>
  Object.entries(columns).map(
    ([label, { kinds, of }]) => [row.name, label, of === undefined ? false : row[of], kinds] as const,
  ),
);

const ofName = (documentedAs: string) => endpointNames.filter((name) => endpoints[name].documentedAs === documentedAs);

describe('the support table of the documentation', () => {
  it('has 19 rows and 76 cells, and each row is one endpoint here', () => {
    expect(documented).toHaveLength(19);
    expect(cells).toHaveLength(76);
    const named = endpointNames.flatMap((name) => endpoints[name].documentedAs ?? []);
    expect([...named].sort()).toEqual(documented.map(({ name }) => name).sort());
  });

  it.each(cells)('%s with %s: %j', (documentedAs, _, allowed, kinds) => {
    const [name, ...more] = ofName(documentedAs);
    expect(more).toEqual([]);
    for (const kind of kinds) {
      if (name === undefined) {
        throw new Error(`${documentedAs} is no endpoint`);
      }
      expect([kind, supports(name, kind)]).toEqual([kind, allowed]);
      // What is refused is refused before there is anything that could be sent.
      const error = thrownBy(() => build(connections[kind], name, inputs[name]));
      expect(error === undefined ? undefined : (error as { code: string }).code).toBe(
        allowed ? undefined : 'endpoint_not_allowed',
      );
    }
  });
});

const folder = resolve(process.env['TRIGGER_SEEDS'] ?? '../shared/seeds');

/** The rows of every copy of the table in a text, whatever became of its line breaks. */
function rowsIn(text: string): { name: string; secretKey: boolean; pat: boolean }[] {
  const found = text
    .replace(/\s+/g, ' ')
    .matchAll(/\b((?:task|runs|envvars|schedules)\.\w+) \| (✅)? ?\|(?: (✅) \|)?/g);
  return [...found].map(([, name = '', secretKey, pat]) => ({
    name,
    secretKey: secretKey !== undefined,
    pat: pat !== undefined,
  }));
}

if (!existsSync(folder)) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn(`SKIPPED support table: ${folder} does not exist; set TRIGGER_SEEDS to compare with the documents`);
}

describe.skipIf(!existsSync(folder))('the table as the documents print it', () => {
  const copies = (existsSync(folder) ? readdirSync(folder) : [])
    .map((file) => [file, rowsIn(readFileSync(join(folder, file), 'utf8'))] as const)
    .filter(([, rows]) => rows.length > 0);

  it('is in several documents', () => {
    expect(copies.length).toBeGreaterThanOrEqual(3);
  });

  it.each(copies)('is the pinned one in %s', (_, rows) => {
    expect(rows).toEqual(documented);
  });
});
