import { readFile } from 'node:fs/promises';
import type { Context, Hono } from 'hono';
import { packageFolder } from '../package-folder.js';

const file = new URL('schemas/openapi.json', packageFolder);

/**
 * GET /openapi.json: what can be called here, under the address that was asked.
 * It holds no secret and is open as the pages are: importers fetch it before they know a key.
 */
export function addOpenApi(app: Hono, originOf: (context: Context) => string): void {
  app.get('/openapi.json', async (context) => {
    const document = JSON.parse(await readFile(file, 'utf8')) as object;
    return context.json({ ...document, servers: [{ url: originOf(context) }] });
  });
}
