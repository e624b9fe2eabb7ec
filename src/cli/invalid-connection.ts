import { ConnectorError, type Issue } from '../errors/index.js';

/** All problems of what was given, a line each for people; the first decides the code. */
export class InvalidConnection extends ConnectorError {
  readonly issues: readonly Issue[];

  constructor(issues: readonly [Issue, ...Issue[]]) {
    super(issues[0].code, issues.map((issue) => `${issue.field}: ${issue.message}`).join('\n'), {
      field: issues[0].field,
    });
    this.issues = issues;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }
}
