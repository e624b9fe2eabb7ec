import type { Issue } from '../errors/index.js';
import type { ConnectionPolicy } from './base-url.js';
import type { FieldName } from './fields.js';
import { type FieldTest, type FieldValues, type Rule, rules } from './rules.js';

type Test = (values: FieldValues) => boolean;

function compileTest(test: FieldTest): Test {
  const { field } = test;
  if ('is' in test) {
    const wanted = test.is === 'present';
    return (values) => (values[field] !== undefined) === wanted;
  }
  if ('oneOf' in test) {
    const allowed = new Set(test.oneOf);
    return (values) => allowed.has(values[field] ?? '');
  }
  const pattern = new RegExp(test.matches);
  return (values) => {
    const text = values[field];
    return text !== undefined && pattern.test(text);
  };
}

/** All of them; not `every`, since this runs for each rule at each keystroke. */
function allOf([first, second, ...more]: readonly Test[]): Test {
  if (first === undefined) {
    return () => true;
  }
  const others = second === undefined ? undefined : allOf([second, ...more]);
  return others === undefined ? first : (values) => first(values) && others(values);
}

const compiled = rules.map((rule) => ({
  rule,
  when: allOf(rule.when.map(compileTest)),
  // A rule on a field that is absent is a matter for the `present` rules alone.
  holds: compileTest(rule.must),
}));

function applies(rule: Rule, policy: ConnectionPolicy, asForm: boolean): boolean {
  return !(rule.formOnly && !asForm) && !(rule.unknownKey && policy.allowUnknownKey === true);
}

/**
 * Runs the rule table over trimmed values: every problem at once, the first of each field.
 * `skip` names fields that already have a problem of another kind.
 */
export function evaluateRules(
  values: FieldValues,
  policy: ConnectionPolicy,
  { asForm, skip }: { asForm: boolean; skip: ReadonlySet<string> },
): { issues: Issue[]; warnings: Issue[] } {
  const issues: Issue[] = [];
  const warnings: Issue[] = [];
  const settled = new Set(skip);
  for (const { rule, when, holds } of compiled) {
    if (when(values) && !holds(values) && !settled.has(rule.field) && applies(rule, policy, asForm)) {
      settled.add(rule.field);
      const { code, field, message } = rule;
      (rule.severity === 'warning' ? warnings : issues).push({ code, field, message });
    }
  }
  return { issues, warnings };
}

/** The fields that some rule asks for, given what is filled in: what a form marks as required. */
export function requiredFields(values: FieldValues, policy: ConnectionPolicy = {}): ReadonlySet<FieldName> {
  const asked = compiled.filter(({ rule, when }) => {
    const wantsValue = 'is' in rule.must && rule.must.is === 'present' && rule.severity !== 'warning';
    return wantsValue && applies(rule, policy, true) && when(values);
  });
  return new Set(asked.map(({ rule }) => rule.field));
}
