export type { ProviderEntry } from './entry.js';
export { providerEntrySchema } from './entry-schema.js';
export { loadProviderConfig } from './load.js';
export { mergeProviders, type Providers, parseProviders } from './merge.js';
export { withVerification } from './verification.js';
