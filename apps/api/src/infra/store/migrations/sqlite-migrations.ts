import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../sqlite/sqlite-adapter.js';
import type { AppliedMigration, MigrationConnection, MigrationRecord } from './migration-connection.js';

/** Text equal to Prisma's own, so that its tools read it. */
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

export class SqliteMigrations implements MigrationConnection {
  private readonly database: DatabaseSync;

  constructor(path: string) {
    this.database = openSqlite(path);
  }

  async open(): Promise<void> {
    // A rebuilt table is dropped and renamed: with keys in force the drop would take the children along. No effect inside
    // a transaction (https://www.sqlite.org/pragma.html#pragma_foreign_keys).
    this.database.exec('PRAGMA foreign_keys = OFF');
    this.database.exec(TABLE);
  }

  async applied(): Promise<AppliedMigration[]> {
    const rows = this.database
      .prepare('SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at')
      .all();
    return rows.map((row) => ({
      name: String(row['migration_name']),
      checksum: String(row['checksum']),
      finished: row['finished_at'] !== null,
    }));
  }

  async apply({ id, name, checksum, startedAt }: MigrationRecord, script: string): Promise<void> {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      this.database.exec(script);
      this.database
        .prepare(
          'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
        )
        .run(id, checksum, name, startedAt.getTime(), Date.now());
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  async close(): Promise<void> {
    this.database.close();
  }
}
