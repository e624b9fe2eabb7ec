export { type ConnectionPolicy, egressProblem } from './base-url.js';
export { type Connection, isEnvironmentKey, isToken } from './connection.js';
export { type ConnectField, type ConnectForm, connectForm } from './form.js';
export { connectionFromNango, type NangoConnection } from './from-nango.js';
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
export type { FieldName, FieldTest, Rule } from './rules.js';
export { base64url, utf8Length } from './text.js';
export { connectionFromToken } from './token.js';
