import {
  type ConnectField,
  type ConnectForm,
  connectForm,
  type FieldName,
  type FieldTable,
  type FieldTest,
  fields,
  type Rule,
} from '../connection/index.js';
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
  const { name, nangoName } = fields.byName[test.field];
  if (name === nangoName) {
    return namedTest(name, test);
  }
  // It has two names, and ours wins where both are filled in.
  const [then, otherwise] = [namedTest(name, test), namedTest(nangoName, test)];
  return { if: filled(name), ...outcome(then), else: otherwise };
}

// biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword.
const outcome = (schema: JsonSchema): JsonSchema => ({ then: schema });

function ruleSchema({ code, message, must, when }: Rule): JsonSchema {
  const said = { $comment: `${code}: ${message}`, ...testSchema(must) };
  const [only, ...more] = when.map(testSchema);
  return only === undefined ? said : { if: more.length === 0 ? only : { allOf: [only, ...more] }, ...outcome(said) };
}

function fieldSchema(field: ConnectField, { byName }: FieldTable): JsonSchema {
  return {
    // `null` is an absent field; one that is always needed cannot be absent.
    type: field.optional ? ['string', 'null'] : 'string',
    title: field.title,
    description: field.description,
    examples: [field.example],
    maxLength: byName[field.name]?.limit,
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
export function connectFormSchema(form: ConnectForm = connectForm, table: FieldTable = fields): JsonSchema {
  const properties = form.fields.map((field) => [field.name, fieldSchema(field, table)]);
  const nangoNames = table.config
    .filter(({ name, nangoName }) => name !== nangoName)
    .map(({ limit, name, nangoName }) => [
      nangoName,
      {
        type: ['string', 'null'],
        description: `Nango's name of ${name}; counts where ${name} is empty.`,
        maxLength: limit,
      },
    ]);
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
      ...Object.fromEntries(nangoNames),
    },
    required: form.fields.filter((field) => !field.optional).map((field) => field.name),
    allOf: [...form.rules.filter((rule) => rule.severity !== 'warning').map(ruleSchema), baseUrlRule],
  };
}
