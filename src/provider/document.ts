import { type Document, LineCounter, parseDocument } from 'yaml';
import { ConnectorError } from '../errors/index.js';

/** Something wrong in a file: where, what, and what would be right. */
export interface Problem {
  readonly offset: number;
  readonly what: string;
  readonly allowed?: string | undefined;
}

/** A YAML (or JSON) document that knows its lines. */
interface YamlFile {
  readonly document: Document;
  /** The plain value, aliases resolved within the parser's own limit. */
  value(): unknown;
  /** All problems as one error, in the order of the lines. */
  error(problems: readonly Problem[]): ConnectorError;
}

/** Own names that would reach a prototype where a careless reader sets or gets them. */
export const unsafeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const maxProblems = 20;
const printable = (value: string) => value.replace(/[^\x20-\x7e]/g, '?');

/** What a file says, short enough to repeat. */
export const quoted = (value: unknown) => JSON.stringify(printable(String(value)).slice(0, 60));

const invalid = (lines: readonly string[]) => new ConnectorError('provider_config_invalid', lines.join('\n'));

/** The parser's own words are about its own options; these say what to do. */
const syntax: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key is there twice; keep one',
  MULTIPLE_DOCS: 'a second document starts here; keep one',
  TAB_AS_INDENT: 'a tab indents this line; use spaces',
  TAG_RESOLVE_FAILED: 'tags (!…) are not taken; write a plain value',
};

/** Parses one YAML document; what the parser cannot take is thrown with file and line. */
export function readYaml(text: string, file: string, maxLength: number): YamlFile {
  if (text.length > maxLength) {
    throw invalid([`${file}:1: the file is larger than ${maxLength} characters`]);
  }
  const lines = new LineCounter();
  const locate = ({ allowed, offset, what }: Problem) =>
    `${file}:${lines.linePos(offset).line || 1}: ${what}${allowed === undefined ? '' : `; allowed: ${allowed}`}`;
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch {
    // The parser recurses, so nesting can exhaust the stack; it mostly says so as an error of its own.
    throw invalid([`${file}:1: the file is nested too deeply`]);
  }
  const error = (problems: readonly Problem[]) => {
    const ordered = [...problems].sort((a, b) => a.offset - b.offset).slice(0, maxProblems);
    const rest = problems.length - ordered.length;
    return invalid([...ordered.map(locate), ...(rest > 0 ? [`and ${rest} more`] : [])]);
  };
  const broken = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  // Past a mistake of syntax, the parser stumbles over what is right.
  const last = broken.findIndex(({ code }) => syntax[code] === undefined);
  if (broken.length > 0) {
    throw error(
      (last === -1 ? broken : broken.slice(0, last + 1)).map(({ code, message, pos: [offset] }) => ({
        offset,
        what: /call stack/.test(message) ? 'the file is nested too deeply' : (syntax[code] ?? printable(message)),
      })),
    );
  }
  return {
    document,
    error,
    value: () => {
      try {
        return document.toJS();
      } catch {
        throw invalid([`${file}:1: the aliases (*name) unfold into too much`]);
      }
    },
  };
}
