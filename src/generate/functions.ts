import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as z from 'zod';

/** A Nango function as its source declares it. */
export interface FunctionSource {
  readonly kind: 'actions' | 'syncs';
  readonly name: string;
  /** The TypeScript of its file. */
  readonly text: string;
  readonly definition: {
    readonly description: string;
    readonly input?: z.ZodType;
    readonly output?: z.ZodType;
    readonly frequency?: string;
    readonly autoStart?: boolean;
    readonly metadata?: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
    readonly models?: Readonly<Record<string, z.ZodType>>;
  };
}

const folder = fileURLToPath(new URL('../../integrations/trigger-dev/', import.meta.url));

/** Every action and sync of the integration, read from its sources. */
export async function readFunctions(): Promise<FunctionSource[]> {
  const found: FunctionSource[] = [];
  for (const kind of ['actions', 'syncs'] as const) {
    const files = (await readdir(`${folder}${kind}`)).filter((file) => file.endsWith('.ts')).sort();
    for (const file of files) {
      const path = `${folder}${kind}/${file}`;
      const module = (await import(pathToFileURL(path).href)) as { default: FunctionSource['definition'] };
      const text = await readFile(path, 'utf8');
      found.push({ kind, name: file.replace(/\.ts$/, ''), text, definition: module.default });
    }
  }
  return found;
}
