import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { providerOf } from './migrations/migrate-database.js';

/** "keelson" in ASCII, within the 63 bits of a key; Prisma's tools take another one. */
const KEY = '30229308793646958';
const CONNECT_MS = 10_000;
/** The database may need a moment to notice that a server which was killed is gone. */
const PATIENCE_MS = 3_000;
const POLL_MS = 100;
/** Pause before a database that went away is asked again. */
const RETRY_MS = 500;

/**
 * One server uses a PostgreSQL database at a time: a second one, on this host or another, would take the first one's containers for
 * lost. The lock ends with its session, however the server ends. A SQLite file lies under a state root, which has a lock of its own.
 */
export class DatabaseLock {
  private readonly log = new Logger('store');
  private readonly released = new AbortController();
  private client: Client | undefined;

  private constructor(private readonly databaseUrl: string) {}

  /** @throws StartupError where the database cannot be reached or another server uses it. */
  static async take(databaseUrl: string): Promise<DatabaseLock> {
    const lock = new DatabaseLock(databaseUrl);
    if (providerOf(databaseUrl) === 'postgresql') await lock.acquire();
    return lock;
  }

  async release(): Promise<void> {
    this.released.abort();
    await this.client?.end();
  }

  private async acquire(): Promise<void> {
    const client = new Client({ connectionString: this.databaseUrl, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
    // Told by 'end' as well.
    client.on('error', () => undefined);
    await client.connect().catch((cause: unknown) => {
      throw new StartupError(`cannot use the database: ${reasonOf(cause)}; check KEELSON_DATABASE_URL`, { cause });
    });
    if (!(await holds(client))) {
      await client.end();
      throw new StartupError('another Keelson server uses this database; give each server one of its own by KEELSON_DATABASE_URL');
    }
    if (this.released.signal.aborted) return client.end();
    this.client = client;
    client.once('end', () => void this.acquireAgain());
  }

  /** The database was restarted, or the way to it broke: it has forgotten the lock. */
  private async acquireAgain(): Promise<void> {
    this.client = undefined;
    const { signal } = this.released;
    for (let told = ''; !signal.aborted; ) {
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const failure = await this.acquire().catch(reasonOf);
      if (failure === undefined) return;
      if (failure !== told) this.log.error(failure);
      told = failure;
    }
  }
}

async function holds(client: Client): Promise<boolean> {
  for (const end = performance.now() + PATIENCE_MS; ; await delay(POLL_MS)) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [KEY]);
    if (rows[0]?.taken) return true;
    if (performance.now() > end) return false;
  }
}

/** A name with several addresses fails with an error for each and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
