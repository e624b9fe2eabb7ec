import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { englishTexts } from '../../src/connect/texts.js';
import { connectForm } from '../../src/connection/index.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);
const guide = readFileSync(file('docs/connect.md'), 'utf8');
const readme = readFileSync(file('README.md'), 'utf8');

/** Anchors of a page as GitHub makes them from its headings. */
function anchorsOf(page: string): string[] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-')}`,
  );
}

describe('the connect guide', () => {
  const anchors = anchorsOf(guide);

  it('has each heading once', () => {
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  it.each(connectForm.fields.map(({ docSection, name }) => [name, docSection]))(
    'has the section of %s',
    (_, anchor) => {
      expect(anchors).toContain(anchor);
    },
  );

  it('keeps its own links', () => {
    const own = [...guide.matchAll(/\]\((#[^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(own.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
  });

  it('says what each message of the rule table asks', () => {
    const table = /<!-- generated:messages -->([\s\S]*?)<!-- \/generated -->/.exec(guide)?.[1] ?? '';
    for (const { code, message } of connectForm.rules) {
      expect(table).toContain(`| ${message} | \`${code}\``);
    }
    expect(table.trim().split('\n')).toHaveLength(connectForm.rules.length + 2);
  });

  it('names every attribute, property, event and custom property of the element, and none besides', () => {
    const sources = ['element', 'policy-attributes', 'style']
      .map((name) => readFileSync(file(`src/connect/${name}.ts`), 'utf8'))
      .join('\n');
    const section = guide.slice(guide.indexOf('### As a Web Component'), guide.indexOf('### With plain functions'));
    const named = (text: string, pattern: RegExp) =>
      [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();

    const attributes = named(sources, /(?:get|has)Attribute\('([\w-]+)'\)/g);
    const rows = [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => named(cell, /`([^`]+)`/g));
    expect(rows.sort()).toEqual([...attributes, 'submitHandler', 'policy', 'texts', 'connect', 'refused'].sort());
    expect(named(section, /`(--tdc-[\w-]+)`/g)).toEqual(named(sources, /(--tdc-[\w-]+):/g));
    expect(englishTexts).toHaveProperty('messages');
  });
});

describe('the README', () => {
  it('links to pages and sections that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)];
    expect(links.map(([, path]) => path)).toContain('docs/connect.md');
    for (const [, path = '', anchor] of links) {
      expect([path, path === '' || existsSync(file(path))]).toEqual([path, true]);
      if (anchor !== undefined) {
        expect(anchorsOf(path === '' ? readme : readFileSync(file(path), 'utf8'))).toContain(anchor);
      }
    }
  });
});
