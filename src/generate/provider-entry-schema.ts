import { providerEntrySchema } from '../provider/index.js';

/** The table that the loader checks by, as a JSON Schema of its own. */
export function providerEntryJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ProviderEntry',
    ...providerEntrySchema,
    description: 'An entry of Nango’s providers.yaml whose credential is an API key, its alias resolved.',
  };
}
