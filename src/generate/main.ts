import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { providerModule, readProvider } from './provider.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const provider = await readProvider(`${root}integrations/trigger-dev/provider.yaml`);
await writeFile(`${root}src/connection/provider.generated.ts`, providerModule(provider));
