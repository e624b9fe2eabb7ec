import { connectForm, type FieldTest, type Rule } from '../connection/index.js';

type JsonSchema = Record<string, unknown>;

/** A rule's test on one field, where an empty field is an absent one. */
function testSchema(test: FieldTest): JsonSchema {
  const given = { required: [test.field] };
  const property = (schema: JsonSchema) => ({ properties: { [test.field]: schema } });
  if ('is' in test) {
    const present = { ...given, ...property({ type: 'string', pattern: '\\S' }) };
    return test.is === 'present' ? present : { not: present };
  }
  return 'oneOf' in test
    ? { ...given, ...property({ enum: test.oneOf }) }
    : { ...given, ...property({ type: 'string', pattern: test.matches }) };
}

function ruleSchema({ code, message, must, when }: Rule): JsonSchema {
  const outcome = { $comment: `${code}: ${message}`, ...testSchema(must) };
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword.
  return when.length === 0 ? outcome : { if: { allOf: when.map(testSchema) }, then: outcome };
}

/** The connect form as JSON Schema, from the same fields and rules. Warnings refuse nothing, so they are left out. */
export function connectFormSchema(): JsonSchema {
  const properties = connectForm.fields.map((field) => [
    field.name,
    {
      type: 'string',
      title: field.title,
      description: field.description,
      examples: [field.example],
      ...(field.defaultValue !== undefined && { default: field.defaultValue }),
      ...(field.secret && { writeOnly: true }),
    },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ConnectForm',
    description: 'What a person types to connect Trigger.dev.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    required: connectForm.fields.filter((field) => !field.optional).map((field) => field.name),
    allOf: connectForm.rules.filter((rule) => rule.severity !== 'warning').map(ruleSchema),
  };
}
