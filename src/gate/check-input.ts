import type * as z from 'zod';
import { ConnectorError, type ErrorCode, isErrorCode } from '../errors/index.js';
import type { AnyEndpoint, InputOf } from './endpoint.js';

/** Some inputs are wrong in a way that has a code of its own. */
function codeOf(issue: z.core.$ZodIssue | undefined): ErrorCode {
  const code: unknown = issue?.code === 'custom' ? issue.params?.['code'] : undefined;
  return isErrorCode(code) ? code : 'input_invalid';
}

/** What the schema of an input says is wrong, by the paths that it names. */
export function inputError(
  { docs, name }: Pick<AnyEndpoint, 'docs' | 'name'>,
  issues: readonly z.core.$ZodIssue[],
): ConnectorError {
  const problems = issues.map((issue) => {
    const path = issue.path.join('.');
    return { path, text: path === '' ? issue.message : `${path}: ${issue.message}` };
  });
  return new ConnectorError(codeOf(issues[0]), `${name}: ${problems.map((problem) => problem.text).join('; ')}.`, {
    path: problems[0]?.path,
    endpoint: name,
    docs,
  });
}

/** Throws what the gate would say of an input alone, for calls that send something else first. */
export function checkInput<Row extends AnyEndpoint>(endpoint: Row, input: InputOf<Row>): void {
  const { error } = endpoint.input().safeParse(input ?? {});
  if (error !== undefined) {
    throw inputError(endpoint, error.issues);
  }
}
