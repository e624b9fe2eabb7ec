import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The connect guide as HTML, for the host's page: the help links of the form lead there. */
export async function writeGuide(): Promise<void> {
  const guide = await readFile(`${root}docs/connect.md`, 'utf8');
  const html = await new Marked(gfmHeadingId()).parse(guide);
  await mkdir(`${root}dist`, { recursive: true });
  await writeFile(`${root}dist/guide.html`, html);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeGuide();
}
