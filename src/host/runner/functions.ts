import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from '../../errors/index.js';
import { packageFolder } from '../package-folder.js';

export interface FunctionFile {
  readonly kind: 'actions' | 'syncs' | 'on-events';
  readonly name: string;
  readonly path: string;
}

/** Where `nango compile` puts them. */
export const compiledFunctions = fileURLToPath(new URL('integrations/build/', packageFolder));

/** The compiled functions of a folder. */
export async function listFunctions(folder: string = compiledFunctions): Promise<FunctionFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.flatMap((name) => {
    const [, kind, bare] = /^trigger-dev_(actions|syncs|on-events)_([a-z0-9-]+)\.cjs$/.exec(name) ?? [];
    return kind === undefined || bare === undefined
      ? []
      : [{ kind: kind as FunctionFile['kind'], name: bare, path: join(folder, name) }];
  });
  if (files.length === 0) {
    throw new ConnectorError('store_unavailable', 'There are no compiled functions. Run npm run build.');
  }
  return files;
}

/** The one with this name, or an error that lists the names there are. */
export function findFunction(files: readonly FunctionFile[], kind: FunctionFile['kind'], name: string): FunctionFile {
  const found = files.find((file) => file.kind === kind && file.name === name);
  if (found === undefined) {
    const names = files.filter((file) => file.kind === kind).map((file) => file.name);
    throw new ConnectorError(
      'not_found',
      `There is no ${kind.slice(0, -1)} of that name. There are: ${names.join(', ')}.`,
    );
  }
  return found;
}
