import { existsSync } from 'node:fs';

/** The folder of this package. Looked for upwards: in `src/` a module lies deeper than what the build makes of it. */
function found(folder: URL): URL {
  const parent = new URL('..', folder);
  if (existsSync(new URL('package.json', folder)) || parent.href === folder.href) {
    return folder;
  }
  return found(parent);
}

export const packageFolder = found(new URL('.', import.meta.url));
