/**
 * Hashes stand in a narrow table and bodies in a plain rowid table: rows over about 1,000 bytes
 * spill into overflow pages where the key is clustered, and an unchanged record never reads its body.
 */
const version1 = `
CREATE TABLE IF NOT EXISTS connections (id TEXT PRIMARY KEY, summary TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS scopes (scope INTEGER PRIMARY KEY, connection TEXT NOT NULL, model TEXT NOT NULL, UNIQUE (connection, model));
CREATE TABLE IF NOT EXISTS bodies (body_id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
  scope INTEGER NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL, body_id INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, modified INTEGER NOT NULL, cursor INTEGER NOT NULL, PRIMARY KEY (scope, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_cursor ON records (scope, cursor);
CREATE TABLE IF NOT EXISTS checkpoints (connection TEXT NOT NULL, sync TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connection, sync));
CREATE TABLE IF NOT EXISTS outcomes (connection TEXT NOT NULL, sync TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connection, sync));
CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL);
INSERT OR IGNORE INTO counter VALUES (1, 0);
`;

/**
 * Deletes and their tracking. The index holds all but the body, so that filters and counts
 * over a million records read it alone.
 */
const version2 = `
ALTER TABLE records ADD COLUMN deleted INTEGER;
ALTER TABLE records ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scopes ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scopes ADD COLUMN tracking INTEGER NOT NULL DEFAULT 0;
DROP INDEX records_by_cursor;
CREATE INDEX records_by_cursor ON records (scope, cursor, first_seen, modified, deleted, body_id);
CREATE TABLE metadata (connection TEXT PRIMARY KEY, value TEXT NOT NULL);
UPDATE outcomes SET value = json_insert(value, '$.deleted', 0);
`;

/**
 * What a host that serves keeps: connections with their sealed keys, sessions of the connect form by the hash of
 * their token, when each sync runs next, and what each execution said.
 */
const version3 = `
CREATE TABLE kept_connections (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sealed TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE connect_sessions (hash TEXT PRIMARY KEY, expires INTEGER NOT NULL, session TEXT NOT NULL);
CREATE TABLE schedules (connection TEXT NOT NULL, sync TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connection, sync));
CREATE TABLE executions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, connection TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX executions_by_connection ON executions (connection);
CREATE TABLE execution_logs (execution TEXT NOT NULL, time INTEGER NOT NULL, message TEXT NOT NULL);
CREATE INDEX execution_logs_by_execution ON execution_logs (execution);
CREATE TABLE async_actions (id TEXT PRIMARY KEY, connection TEXT NOT NULL, time INTEGER NOT NULL, value TEXT NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`;

/** Each step leads from the version before it, a new file through all of them. */
export const migrations: readonly string[] = [version1, version2, version3];
