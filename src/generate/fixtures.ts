import { readFile } from 'node:fs/promises';

/** What a recorded run of a function took and gave. */
export interface Fixture {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly nango?: { readonly batchSave?: Readonly<Record<string, readonly unknown[]>> };
}

/** The recorded run that the tests of a function replay. */
export async function readFixture(name: string): Promise<Fixture> {
  const file = new URL(`../../integrations/trigger-dev/tests/${name}.test.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Fixture;
}
