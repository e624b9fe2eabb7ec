import { createRequire } from 'node:module';
import { packageFolder } from './package-folder.js';

const { version } = createRequire(packageFolder)('./package.json') as { version: string };

export { version };
