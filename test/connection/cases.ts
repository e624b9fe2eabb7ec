// Form values and what must become of them: for parseConnection, its zod schema, the JSON Schema and any form.
export { keys } from './case-keys.js';
export { INVALID } from './invalid-cases.js';
export { VALID } from './valid-cases.js';
