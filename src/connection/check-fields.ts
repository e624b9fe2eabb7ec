import type { Issue } from '../errors/index.js';
import { type ConnectionPolicy, defaultBaseUrl, parseBaseUrl } from './base-url.js';
import { evaluateRules } from './evaluate.js';
import type { FieldValues } from './rules.js';

export interface CheckedFields {
  readonly issues: Issue[];
  readonly warnings: Issue[];
  /** The canonical base URL, when there is nothing wrong with it. */
  readonly origin?: string;
}

/** What form code and `parseConnection` share: the rule table and the base URL, without zod, over trimmed values. */
export function checkFields(
  values: FieldValues,
  policy: ConnectionPolicy,
  options: { asForm: boolean; skip: ReadonlySet<string> },
): CheckedFields {
  const { issues, warnings } = evaluateRules(values, policy, options);
  // Said already, and a host that holds a key is not to be repeated.
  if (options.skip.has('baseUrl') || issues.some((issue) => issue.field === 'baseUrl')) {
    return { issues, warnings };
  }
  if (values.baseUrl === undefined) {
    return { issues, warnings, origin: defaultBaseUrl };
  }
  const base = parseBaseUrl(values.baseUrl, policy);
  if (!base.ok) {
    return { issues: [...issues, { code: base.code, field: 'baseUrl', message: base.message }], warnings };
  }
  if (base.unusual !== undefined) {
    const message = `The host is really ${base.unusual}. Check that this is the one you mean.`;
    warnings.push({ code: 'unusual_host', field: 'baseUrl', message });
  }
  return { issues, warnings, origin: base.origin };
}
