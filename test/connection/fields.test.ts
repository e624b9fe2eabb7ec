import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { fieldHelp } from '../../src/cli/field-flags.js';
import { givenFields } from '../../src/client/given-fields.js';
import type { CommonOptions } from '../../src/client/options.js';
import { variables } from '../../src/client/options.js';
import { type ConfigName, fields, type OptionName } from '../../src/connection/fields.js';
import type { Connection } from '../../src/connection/index.js';
import { providerConfig } from '../../src/connection/provider.generated.js';

const root = fileURLToPath(new URL('../../src/', import.meta.url));

describe('the table of fields', () => {
  it('has the fields of the provider config, under Nango’s names', () => {
    const { connection_config, credentials } = providerConfig;
    const nangoNames = (isSensitive: boolean) =>
      fields.all.filter((field) => (field.isSensitive ?? false) === isSensitive).map(({ nangoName }) => nangoName);
    expect(nangoNames(true)).toEqual(Object.keys(credentials));
    expect(nangoNames(false).sort()).toEqual(Object.keys(connection_config).sort());
  });

  it('gives each field of the identity a place of its own, the key first', () => {
    expect(fields.identity.map(({ identity, name }) => [identity, name])).toEqual([
      [0, 'apiKey'],
      [1, 'baseUrl'],
      [2, 'projectRef'],
      [3, 'environment'],
      [4, 'previewBranch'],
    ]);
    expect(fields.ofKey.map(({ name }) => name)).toEqual(['apiKey', 'baseUrl', 'previewBranch']);
  });

  it('has what a connection has, and what the options of a client take', () => {
    expectTypeOf<Exclude<keyof Connection, 'key' | 'kind' | 'policy'>>().toEqualTypeOf<ConfigName>();
    expectTypeOf<Exclude<keyof CommonOptions, 'requestOptions' | 'serializer'>>().toEqualTypeOf<OptionName>();
    expect(fields.config.map(({ name }) => name)).toHaveLength(4);
  });

  it('has the flags and variables that people know', () => {
    expect(fieldHelp().split('\n')).toEqual([
      '  --project-ref REF (TRIGGER_PROJECT_REF)      --environment NAME (TRIGGER_ENVIRONMENT)',
      '  --base-url URL (TRIGGER_API_URL)             --preview-branch NAME (TRIGGER_PREVIEW_BRANCH)',
    ]);
    expect(variables).toEqual([
      'TRIGGER_SECRET_KEY',
      'TRIGGER_ACCESS_TOKEN',
      'TRIGGER_API_URL',
      'TRIGGER_PROJECT_REF',
      'TRIGGER_PREVIEW_BRANCH',
      'TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS',
      'TRIGGER_CONNECTOR_ALLOW_HTTP',
      'TRIGGER_CONNECTOR_ALLOW_UNKNOWN_KEY',
    ]);
  });
});

describe('environment variables of the fields', () => {
  const env = { TRIGGER_PROJECT_REF: 'proj_a', TRIGGER_ENVIRONMENT: 'preview', TRIGGER_PREVIEW_BRANCH: 'b' };
  const empty = Object.fromEntries(fields.config.map(({ variable = '' }) => [variable, '']));
  const filled = (variables: Record<string, string>, isCli: boolean) =>
    JSON.parse(JSON.stringify(givenFields({ apiKey: 'k', env: variables, given: () => undefined, isCli })));

  it.each([
    ['the command line reads all', env, true, { projectRef: 'proj_a', environment: 'preview', previewBranch: 'b' }],
    ['a program leaves the environment, and so the branch', env, false, { projectRef: 'proj_a' }],
    ['one that is set to nothing is not set, on the command line', empty, true, {}],
    ['one that is set to nothing is not set, in a program', empty, false, {}],
  ])('%s', (_, variables, isCli, values) => {
    expect(filled(variables, isCli)).toEqual({ apiKey: 'k', ...values });
  });
});

/** Our name by each other one that a source may use. */
const ownNames = new Map(
  fields.all.flatMap(({ flag = [], name, nangoName, option = name, variable = name }) =>
    [name, nangoName, option, variable, ...flag.slice(0, 1)].map((other) => [other, name] as const),
  ),
);

const isList = (node: ts.Node) =>
  ts.isArrayLiteralExpression(node) ||
  ts.isObjectLiteralExpression(node) ||
  ts.isObjectBindingPattern(node) ||
  ts.isTemplateExpression(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeLiteralNode(node) ||
  ts.isUnionTypeNode(node);

function namesIn(node: ts.Node, found = new Set<string>()): Set<string> {
  const name = ts.isIdentifier(node) || ts.isStringLiteral(node) ? ownNames.get(node.text) : undefined;
  if (name !== undefined) {
    found.add(name);
  }
  ts.forEachChild(node, (child) => void namesIn(child, found));
  return found;
}

/** Does a source list fields by hand: the host, and two more at least? Without the host it is the target of a call. */
function listsFields(text: string): boolean {
  if (!/base-?url|trigger_api_url/i.test(text)) {
    return false;
  }
  const visit = (node: ts.Node): boolean => {
    const names = isList(node) ? namesIn(node) : new Set<string>();
    return (
      (names.has('baseUrl') && names.size > 2) || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false)
    );
  };
  return visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
}

describe('a list of fields by hand', () => {
  it.each([
    `const names = ['projectRef', 'environment', 'baseUrl'];`,
    `const flags = { 'project-ref': 1, 'base-url': 2, 'preview-branch': 3 };`,
    `const { baseUrl, triggerBranch, key: apiKey } = connection;`,
    `const key = \`\${baseUrl} \${projectRef} \${environment}\`;`,
    `interface Kept { baseURL: string; projectRef: string; environment: string }`,
    `const env = ['TRIGGER_API_URL', 'TRIGGER_PROJECT_REF', 'TRIGGER_PREVIEW_BRANCH'];`,
  ])('is seen: %s', (text) => {
    expect(listsFields(text)).toBe(true);
  });

  it('stands in no other file, but for types that are compared above, rules, and what is printed', () => {
    const sources = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(
      sources
        .filter((file) => listsFields(readFileSync(file, 'utf8')))
        .map((file) => relative(root, file))
        .sort(),
    ).toEqual([
      'cli/commands/connect.ts',
      'client/options.ts',
      'connection/connection.ts',
      'connection/fields.ts',
      'connection/rules.ts',
    ]);
  });
});
