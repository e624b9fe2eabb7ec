import { providerConfig } from './provider.generated.js';
import { type FieldName, type Rule, rules } from './rules.js';

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

function connectField(name: FieldName, field: ProviderField, secret = false): ConnectField {
  return {
    name,
    title: field.title,
    description: field.description,
    example: field.example,
    optional: field.optional === true,
    secret,
    docSection: field.doc_section,
    // Nango's field takes a bare host only; ours also takes what people paste, which the rules read.
    ...(field.pattern !== undefined && name !== 'baseUrl' && { pattern: field.pattern }),
    ...(field.enum !== undefined && { enum: field.enum }),
    ...(field.default_value !== undefined && { defaultValue: field.default_value }),
  };
}

const ourName = (name: string) => (name === 'triggerBranch' ? 'previewBranch' : name) as FieldName;
const configFields: [string, ProviderField][] = Object.entries(providerConfig.connection_config);

/** The connect form: the provider config's fields, and the rule table. */
export const connectForm: ConnectForm = {
  fields: [
    // Nango shows every credential as a password field, without the entry saying so.
    connectField('apiKey', providerConfig.credentials.apiKey, true),
    ...configFields
      .sort(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0))
      .map(([name, field]) => connectField(ourName(name), field)),
  ],
  rules,
};
