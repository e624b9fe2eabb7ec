export { type Problem, quoted, readYaml, unsafeNames } from './document.js';
export { mergeProviders, type Providers, parseProviders, providerName } from './merge.js';
export { withVerification } from './verification.js';
