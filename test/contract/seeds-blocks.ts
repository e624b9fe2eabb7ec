import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

export const seedsFolder = resolve(process.env['TRIGGER_SEEDS'] ?? '../shared/seeds');

export interface SeedBlock {
  /** The first three digits of its document. */
  readonly seed: string;
  readonly language: 'ts' | 'curl';
  readonly code: string;
}

/** The documents the package has to keep, by their first three digits; undefined where the folder is absent. */
export function loadSeeds(): ReadonlyMap<string, string> | undefined {
  if (!existsSync(seedsFolder)) {
    return undefined;
  }
  const files = readdirSync(seedsFolder).filter((file) => file.endsWith('.txt'));
  return new Map(files.sort().map((file) => [file.slice(0, 3), readFileSync(join(seedsFolder, file), 'utf8')]));
}

const importOfSdk = /import \{[^}]*\} from "@trigger\.dev\/sdk";/g;
const curlCommand = /curl --request [\s\S]*?\}'/g;

/** Code, as these documents have it; a word of prose that happens to parse is none of these. */
function isCode(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement)) {
    return (
      ts.isImportDeclaration(statement) || ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement)
    );
  }
  const { expression } = statement;
  return ts.isCallExpression(ts.isAwaitExpression(expression) ? expression.expression : expression);
}

/** From an import on: the statements that the code consists of, up to the prose that follows without a fence. */
function codeAt(text: string, start: number): string {
  const rest = text.slice(start);
  const file = ts.createSourceFile('seed.ts', rest, ts.ScriptTarget.ES2022);
  let end = 0;
  for (const statement of file.statements) {
    if (!isCode(statement) || (end > 0 && ts.isImportDeclaration(statement))) {
      break;
    }
    end = statement.end;
  }
  return rest.slice(0, end);
}

/** Every block of code of a document, in its order. The texts have lost most of their fences: imports mark a start. */
export function blocksOf(seed: string, text: string): SeedBlock[] {
  const found = [
    ...[...text.matchAll(importOfSdk)].map(({ index }) => ({
      index,
      language: 'ts' as const,
      code: codeAt(text, index),
    })),
    ...[...text.matchAll(curlCommand)].map(({ index, 0: code }) => ({ index, language: 'curl' as const, code })),
  ];
  return found.sort((a, b) => a.index - b.index).map(({ code, language }) => ({ seed, language, code }));
}

/**
 * A module of a block: its import points at `entry`, each function that it declares is called where it stands,
 * and what it declares is exported.
 */
export function runnable(code: string, entry: string): string {
  const redirected = code.replace(/"@trigger\.dev\/sdk"/, JSON.stringify(entry));
  const file = ts.createSourceFile('seed.ts', redirected, ts.ScriptTarget.ES2022, true);
  return file.statements
    .map((statement) => {
      const text = statement.getFullText(file);
      if (ts.isVariableStatement(statement)) {
        const names = statement.declarationList.declarations.map(({ name }) => name.getText(file));
        return `${text}\nexport { ${names.join(', ')} };`;
      }
      return ts.isFunctionDeclaration(statement) ? `${text}\nawait ${statement.name?.text}();` : text;
    })
    .join('');
}

/** The words of a command as a shell reads them: continued lines, and texts in single quotes. */
export function wordsOf(command: string): string[] {
  const words = command.replaceAll('\\\n', ' ').match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  return words.map((word) => word.replaceAll("'", ''));
}
