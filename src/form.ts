// `trigger-dev-connector/form`: for people who bring their own form. Runs in a browser as well as on a server,
// unlike the main entry, whose client needs Node.
export {
  type ConnectField,
  type ConnectForm,
  type Connection,
  type ConnectionPolicy,
  type ConnectionValues,
  classifyKey,
  connectForm,
  connectionSchema,
  type Environment,
  type FieldName,
  type KeyKind,
  type ParsedConnection,
  parseConnection,
} from './connection/index.js';
export type { ErrorCode, Issue } from './errors/index.js';
