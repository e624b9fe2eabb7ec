import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { document, validatorAt } from '../generate/openapi-document.js';

const page = readFileSync(new URL('../../docs/platforms.md', import.meta.url), 'utf8');
const [, path = '', body = ''] = /curl -X POST https:\/\/[^/]+(\S+) [\s\S]*?-d '(.*)'\n/.exec(page) ?? [];
const [, answer = ''] = /```json\n(.*)\n```/.exec(page) ?? [];

describe('docs/platforms.md', () => {
  it('calls an action that there is, with an input and an answer of its schemas', () => {
    const place = ['paths', path, 'post'];
    const media = ['content', 'application/json', 'schema'];
    expect(validatorAt([...place, 'requestBody', ...media])(JSON.parse(body))).toBe(true);
    expect(validatorAt([...place, 'responses', '200', ...media])(JSON.parse(answer))).toBe(true);
  });

  it('gives the same call field by field', () => {
    for (const value of [`https://connect.example.com${path}`, body, 'Connection-Id', 'Authorization']) {
      expect(page).toContain(`\`${value}\``);
    }
  });

  it('names only what the document has', () => {
    const named = [...page.matchAll(/`(?:GET|POST) (\/[\w/{}]+)/g)].map(([, found]) => found);
    // Nango's route to list connections is described by Nango.
    const paths = [...Object.keys(document.paths), '/connections'];
    expect(named.filter((found = '') => !paths.includes(found))).toEqual([]);
    for (const text of ['"x-idempotent"', '"partId"', '"externalId"', '"idempotencyKey"']) {
      expect(JSON.stringify(document)).toContain(text);
    }
  });
});
