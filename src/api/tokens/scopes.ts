import { ConnectorError, type Issue } from '../../errors/index.js';
import { later } from '../schema/later.js';
import { string } from '../schema/scalars.js';

/** What a token can be for: the action, and the kinds of thing that it is on. */
const grammar = {
  read: ['runs', 'tasks', 'tags', 'batch', 'waitpoints', 'sessions'],
  write: ['runs', 'sessions', 'inputStreams', 'waitpoints', 'tags', 'tasks'],
  trigger: ['tasks'],
  batchTrigger: ['tasks'],
} as const;

type Action = keyof typeof grammar;
type OneOrMore = string | readonly string[];

/**
 * What a token may do, by action and kind of thing: one id or several. Several entries widen the token:
 * `{ tasks: 'a', tags: 'b' }` reads the runs of task a and also those with tag b, whatever their task.
 */
export type TokenScopes = {
  readonly [Name in Action]?: {
    readonly [Type in (typeof grammar)[Name][number]]?: Name extends 'read'
      ? Type extends 'runs'
        ? OneOrMore | true
        : OneOrMore
      : OneOrMore;
  };
};

const mostScopes = 1000;

const refuse = (message: string, path: string) => new ConnectorError('scope_invalid', message, { path });

const isAction = (name: string): name is Action => Object.hasOwn(grammar, name);

/** An id is all that follows the second colon, so it may hold colons; what it may not hold is nothing, or controls. */
function idProblem(id: unknown): string | undefined {
  if (typeof id !== 'string' || id.trim() === '') {
    return 'must not be blank: a blank id would widen the scope to everything';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  return id.length > 512 || /[\u0000-\u001f\u007f]/.test(id)
    ? 'must be at most 512 characters without controls'
    : undefined;
}

function idsOf(ids: unknown, path: string): string[] {
  // A copy has no gaps, which `map` would pass over.
  const list: unknown[] = Array.isArray(ids) ? [...ids] : [ids];
  if (list.length === 0) {
    throw refuse(`${path}: the list is empty. Leave it out, or name at least one id.`, path);
  }
  return list.map((id) => {
    const problem = idProblem(id);
    if (problem !== undefined) {
      throw refuse(`${path}: an id ${problem}.`, path);
    }
    return id as string;
  });
}

function entries(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse(`${path}: must be an object such as { read: { runs: "run_1234" } }.`, path);
  }
  return Object.entries(value).filter(([, entry]) => entry !== undefined);
}

/** Scopes as they are written, to scopes as they travel: `read:runs:run_1234`. Throws `scope_invalid`. */
export function flattenScopes(scopes: TokenScopes): { scopes: string[]; warnings: Issue[] } {
  const flat: string[] = [];
  const warnings: Issue[] = [];
  for (const [action, things] of entries(scopes, 'scopes')) {
    if (!isAction(action)) {
      throw refuse(
        `scopes: a token cannot have ${action === 'admin' ? 'admin scopes' : 'this action'}. Use ${Object.keys(grammar).join(', ')}.`,
        'scopes',
      );
    }
    const types: readonly string[] = grammar[action];
    for (const [type, ids] of entries(things, action)) {
      const path = `${action}.${types.includes(type) ? type : ''}`;
      if (!types.includes(type)) {
        throw refuse(`scopes: ${action} is for ${types.join(', ')}.`, action);
      }
      if (ids === true && action === 'read' && type === 'runs') {
        warnings.push({
          code: 'scope_invalid',
          field: path,
          message:
            'This token reads every run of the environment. Name what it needs instead: { read: { runs: ["run_1234"] } }, tasks or tags.',
        });
        flat.push('read:runs');
      } else {
        flat.push(...idsOf(ids, path).map((id) => `${action}:${type}:${id}`));
      }
    }
  }
  if (flat.length > mostScopes) {
    throw refuse(`scopes: at most ${mostScopes}. Use tags or tasks instead of single runs.`, 'scopes');
  }
  return { scopes: flat, warnings };
}

/** A scope in its parts: what follows the second colon is the id, colons and all. */
export function scopeParts(scope: string): { action: string; type: string | undefined; id: string | undefined } {
  const [, action = '', type, id] = /^([^:]*)(?::([^:]*)(?::(.*))?)?$/s.exec(scope) ?? [];
  // The server takes a blank id for none.
  return { action, type, id: id === '' ? undefined : id };
}

/** A scope as it travels, for inputs that are text: `read:runs:run_1234`. */
export const scopeInput = later(() =>
  string()
    .max(600)
    .refine(
      (scope) => {
        const { action, id, type = '' } = scopeParts(scope);
        const known = isAction(action) && (grammar[action] as readonly string[]).includes(type);
        return known && (id === undefined ? scope === 'read:runs' : idProblem(id) === undefined);
      },
      {
        message: 'must be a scope such as read:runs:run_1234, read:tags:user:42 or trigger:tasks:send-invoice',
        params: { code: 'scope_invalid' },
      },
    )
    .describe('Example: "read:runs:run_1234"'),
);
