export { type ConnectionPolicy, egressProblem } from './base-url.js';
export { type Connection, isEnvironmentKey, isToken } from './connection.js';
export {
  type ConfigName,
  type Field,
  type FieldName,
  type FieldTable,
  type FlagName,
  fields,
} from './fields.js';
export { type ConnectField, type ConnectForm, connectForm } from './form.js';
export { connectionFromNango, type NangoConnection } from './from-nango.js';
export { fieldOf, fieldOfPlace, identityText, keyText, placeOf, valuesOf } from './identity.js';
export {
  branchIn,
  branchOfVariable,
  classifyKey,
  type Environment,
  environmentNamed,
  environmentSlug,
  type KeyKind,
  longestCredential,
} from './key.js';
export {
  type ConnectionValues,
  connectionFromValues,
  connectionSchema,
  type ParsedConnection,
  parseConnection,
} from './parse.js';
export type { FieldTest, Rule } from './rules.js';
export { base64url, utf8Length } from './text.js';
export { connectionFromToken } from './token.js';
