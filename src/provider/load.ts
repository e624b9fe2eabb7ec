import { checkEntry } from './check-entry.js';
import { checkShape } from './check-shape.js';
import { type Problem, readYaml } from './document.js';
import type { ProviderEntry } from './entry.js';
import { providerEntrySchema, type Schema } from './entry-schema.js';

/** The name of the entry, and of the integration. */
export const providerName = 'trigger-dev';

const maxLength = 64 * 1024;

const fileSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: { [providerName]: providerEntrySchema },
  required: [providerName],
};

/**
 * Reads a provider config and checks all of it: syntax, names, types, templates, patterns.
 * Throws `ConnectorError` `provider_config_invalid`, a line for each problem: `file:line: what is wrong; allowed: …`.
 */
export function loadProviderConfig(text: string, file: string): ProviderEntry {
  const source = readYaml(text, file, maxLength);
  const problems: Problem[] = [];
  checkShape(source.root, fileSchema, { offset: 0, path: [] }, (problem) => problems.push(problem));
  if (problems.length > 0) {
    throw source.error(problems);
  }
  const entry = (source.value() as Record<typeof providerName, ProviderEntry>)[providerName];
  problems.push(...checkEntry(entry, (path) => source.offsetOf([providerName, ...path])));
  if (problems.length > 0) {
    throw source.error(problems);
  }
  return entry;
}
