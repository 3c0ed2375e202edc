import { Client } from 'pg';
import { StartupError } from '../../../config/startup-error.js';
import type { AppliedMigration, MigrationConnection, MigrationRecord } from './migration-connection.js';

/** The advisory lock that Prisma's own tools take. */
const LOCK = 72_707_369;
const CONNECT_MS = 10_000;
/** Another tool that migrates this database gets so long; then the start says so rather than hang. */
const LOCK_MS = 60_000;

const BUSY = `another program has been migrating the database for ${LOCK_MS / 1000} s; end it, then start Keelson again`;

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
    // A connection that breaks is told by the query it breaks; without a listener it would end the process.
    this.client.on('error', () => undefined);
    await this.client.query(`SET lock_timeout = ${LOCK_MS}`);
    await this.client.query('SELECT pg_advisory_lock($1)', [LOCK]).catch((cause: unknown) => {
      throw isLockTimeout(cause) ? new StartupError(BUSY, { cause }) : cause;
    });
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

/** lock_not_available, https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
