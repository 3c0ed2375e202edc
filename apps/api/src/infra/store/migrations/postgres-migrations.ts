import { Client } from 'pg';
import type { AppliedMigration, MigrationConnection, MigrationRecord } from './migration-connection.js';

/** The advisory lock that Prisma's own tools take. */
const LOCK = 72_707_369;
const CONNECT_MS = 10_000;

/** Text equal to Prisma's own, so that its tools read it. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`;

interface Row {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

export class PostgresMigrations implements MigrationConnection {
  private readonly client: Client;

  constructor(url: string) {
    this.client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  }

  async open(): Promise<void> {
    await this.client.connect();
    await this.client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await this.client.query(TABLE);
  }

  async applied(): Promise<AppliedMigration[]> {
    const { rows } = await this.client.query<Row>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
    );
    return rows.map((row) => ({ name: row.migration_name, checksum: row.checksum, finished: row.finished_at !== null }));
  }

  async apply({ id, name, checksum, startedAt }: MigrationRecord, script: string): Promise<void> {
    await this.client.query('BEGIN');
    try {
      await this.client.query(script);
      await this.client.query(
        'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, $4, now(), 1)',
        [id, checksum, name, startedAt],
      );
      await this.client.query('COMMIT');
    } catch (error) {
      await this.client.query('ROLLBACK');
      throw error;
    }
  }

  /** Ending the session frees the lock. */
  async close(): Promise<void> {
    await this.client.end();
  }
}
