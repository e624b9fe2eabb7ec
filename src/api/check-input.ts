import type * as z from 'zod';
import { ConnectorError, type ErrorCode, isErrorCode } from '../errors/index.js';
import { type EndpointInput, type EndpointName, endpoints } from './registry.js';

/** Some inputs are wrong in a way that has a code of its own. */
function codeOf(issue: z.core.$ZodIssue | undefined): ErrorCode {
  const code: unknown = issue?.code === 'custom' ? issue.params?.['code'] : undefined;
  return isErrorCode(code) ? code : 'input_invalid';
}

/** What the schema of an input says is wrong, by the paths that it names. */
export function inputError(name: EndpointName, issues: readonly z.core.$ZodIssue[]): ConnectorError {
  const { docs } = endpoints[name];
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
export function checkInput<Name extends EndpointName>(name: Name, input: EndpointInput<Name>): void {
  const { error } = endpoints[name].input.safeParse(input ?? {});
  if (error !== undefined) {
    throw inputError(name, error.issues);
  }
}
