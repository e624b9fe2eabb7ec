import { type ConnectField, connectForm, type FieldName, type FieldTest, type Rule } from '../connection/index.js';
import { fieldLimits } from '../connection/rules.js';
import { publicBaseUrlPattern } from './host-pattern.js';

type JsonSchema = Record<string, unknown>;

/** The rules see trimmed values, a schema what was typed: let white space stand outside of both anchors. */
function untrimmed(pattern: string): string {
  const anchors: Readonly<Record<string, string>> = {
    '^': '^\\s*',
    // A look-ahead must not be tried again at each character of white space.
    '^(?!': '^\\s*(?!\\s)(?!',
    $: '\\s*$',
  };
  return pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\^\(\?!|[$^]/g, (token) => anchors[token] ?? token);
}

const literal = (text: string) => text.replace(/[^\w-]/g, '\\$&');

function propertySchema(name: string, schema: JsonSchema): JsonSchema {
  return { required: [name], properties: { [name]: { type: 'string', ...schema } } };
}

const filled = (name: string) => propertySchema(name, { pattern: '\\S' });

/** A rule's test on one property, where an empty field is an absent one. */
function namedTest(name: string, test: FieldTest): JsonSchema {
  if ('is' in test) {
    return test.is === 'present' ? filled(name) : { not: filled(name) };
  }
  const pattern = 'oneOf' in test ? `^(?:${test.oneOf.map(literal).join('|')})$` : test.matches;
  return propertySchema(name, { pattern: untrimmed(pattern) });
}

function testSchema(test: FieldTest): JsonSchema {
  if (test.field !== 'previewBranch') {
    return namedTest(test.field, test);
  }
  // The branch has two names, and ours wins where both are filled in.
  const [then, otherwise] = [namedTest('previewBranch', test), namedTest('triggerBranch', test)];
  return { if: filled('previewBranch'), ...outcome(then), else: otherwise };
}

// biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword.
const outcome = (schema: JsonSchema): JsonSchema => ({ then: schema });

function ruleSchema({ code, message, must, when }: Rule): JsonSchema {
  const said = { $comment: `${code}: ${message}`, ...testSchema(must) };
  const [only, ...more] = when.map(testSchema);
  return only === undefined ? said : { if: more.length === 0 ? only : { allOf: [only, ...more] }, ...outcome(said) };
}

function fieldSchema(field: ConnectField): JsonSchema {
  return {
    // `null` is an absent field; one that is always needed cannot be absent.
    type: field.optional ? ['string', 'null'] : 'string',
    title: field.title,
    description: field.description,
    examples: [field.example],
    maxLength: fieldLimits[field.name],
    ...(field.defaultValue !== undefined && { default: field.defaultValue }),
    ...(field.secret && { writeOnly: true }),
  };
}

const baseUrlRule: JsonSchema = {
  if: filled('baseUrl' satisfies FieldName),
  ...outcome({
    $comment: 'base_url_invalid or egress_blocked: Enter only a host on the public Internet, such as api.trigger.dev.',
    ...propertySchema('baseUrl' satisfies FieldName, { pattern: publicBaseUrlPattern }),
  }),
};

/**
 * The connect form as JSON Schema (plain keywords only), from the same fields and rules: it takes what `parseConnection`
 * takes under the default policy, but for the hosts that its comment names. Warnings refuse nothing, so they are left out.
 */
export function connectFormSchema(): JsonSchema {
  const properties = connectForm.fields.map((field) => [field.name, fieldSchema(field)]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment:
      'Hosts: a name in plain ASCII without xn-- labels, or a dotted IPv4 address. IPv6 addresses, international and percent-encoded names are refused here; parseConnection reads them. What the operator may allow beyond (http, private hosts, unknown keys) is refused here too.',
    title: 'ConnectForm',
    description: 'What a person types to connect Trigger.dev.',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(properties),
      triggerBranch: {
        type: ['string', 'null'],
        description: "Nango's name of previewBranch; counts where previewBranch is empty.",
        maxLength: fieldLimits.previewBranch,
      },
    },
    required: connectForm.fields.filter((field) => !field.optional).map((field) => field.name),
    allOf: [...connectForm.rules.filter((rule) => rule.severity !== 'warning').map(ruleSchema), baseUrlRule],
  };
}
