/**
 * Hashes stand in a narrow table and bodies in a plain rowid table: rows over about 1,000 bytes
 * spill into overflow pages where the key is clustered, and an unchanged record never reads its body.
 */
export const schema = `
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

export const schemaVersion = 1;
