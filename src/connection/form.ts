import { type Field, type FieldName, type FieldTable, fields } from './fields.js';
import { providerConfig } from './provider.generated.js';
import { type Rule, rules } from './rules.js';

/** One field of the connect form, for any UI. */
export interface ConnectField {
  readonly name: FieldName;
  readonly title: string;
  readonly description: string;
  readonly example: string;
  readonly optional: boolean;
  readonly secret: boolean;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly defaultValue?: string;
  /** Anchor in the connect guide. */
  readonly docSection: string;
}

/** Fields in the order of the form, and the rules between them. */
export interface ConnectForm {
  readonly fields: readonly ConnectField[];
  readonly rules: readonly Rule[];
}

interface ProviderField {
  readonly title: string;
  readonly description: string;
  readonly example: string;
  readonly doc_section: string;
  readonly optional?: boolean;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly default_value?: string;
  readonly order?: number;
}

/** What the form reads of the provider config. */
interface ProviderFields {
  readonly credentials: Readonly<Record<string, ProviderField>>;
  readonly connection_config: Readonly<Record<string, ProviderField>>;
}

function connectField({ isSensitive, name }: Field, field: ProviderField): ConnectField {
  return {
    name: name as FieldName,
    title: field.title,
    description: field.description,
    example: field.example,
    optional: field.optional === true,
    secret: isSensitive === true,
    docSection: field.doc_section,
    // Nango's field takes a bare host only; ours also takes what people paste, which the rules read.
    ...(field.pattern !== undefined && name !== 'baseUrl' && { pattern: field.pattern }),
    ...(field.enum !== undefined && { enum: field.enum }),
    ...(field.default_value !== undefined && { defaultValue: field.default_value }),
  };
}

/** The fields of a form by the provider config: in its order, the credential at place 100 as Nango shows it. */
export function fieldsOfForm(
  { connection_config, credentials }: ProviderFields = providerConfig,
  table: FieldTable = fields,
): readonly ConnectField[] {
  return table.all
    .flatMap((field) => {
      // Nango shows every credential as a password field, without the entry saying so.
      const words = (field.isSensitive ? credentials : connection_config)[field.nangoName];
      return words === undefined ? [] : [{ field, words }];
    })
    .sort((a, b) => (a.words.order ?? 0) - (b.words.order ?? 0))
    .map(({ field, words }) => connectField(field, words));
}

/** The connect form: the provider config's fields, and the rule table. */
export const connectForm: ConnectForm = { fields: fieldsOfForm(), rules };
