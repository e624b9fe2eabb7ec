export type { ProviderEntry, ProviderField, ProviderProxy, ProviderVerification } from './entry.js';
export { providerEntrySchema } from './entry-schema.js';
export { loadProviderConfig, providerName } from './load.js';
export { mergeProviders, type Providers, parseProviders } from './merge.js';
export { patternProblem } from './pattern.js';
export { withVerification } from './verification.js';
