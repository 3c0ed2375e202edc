import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { EventDraft, RecordedEvent } from '../../domain/events/events.js';
import { eventRow } from './event-row.js';
import type { Prisma, PrismaClient } from './generated/sqlite/client.js';
import { migrateDatabase, providerOf, sqlitePath } from './migrations/migrate-database.js';
import { SqliteAdapterFactory } from './sqlite/sqlite-adapter.js';
import { storeError } from './store-error.js';
import { Turnstile } from './turnstile.js';

/** What a write consists of: Prisma's calls, not yet awaited. They become one transaction. */
type Change = readonly Prisma.PrismaPromise<unknown>[];
type EventListener = (events: readonly RecordedEvent[]) => void;

/** The past that is kept. */
const KEPT_EVENTS = 100_000n;

/** The one connection to the database, and the one way to write: changes with their events, one write after the other. */
export class Database {
  private readonly turnstile = new Turnstile();
  private written: EventListener = () => undefined;

  private constructor(
    private readonly client: PrismaClient,
    private sequence: bigint,
  ) {}

  /** @throws StartupError where the database cannot be brought up to date. */
  static async open(databaseUrl: string): Promise<Database> {
    await migrateDatabase(databaseUrl);
    const client = await connect(databaseUrl);
    const { _max } = await client.event.aggregate({ _max: { sequence: true } });
    const sequence = _max.sequence ?? 0n;
    await client.event.deleteMany({ where: { sequence: { lte: sequence - KEPT_EVENTS } } });
    return new Database(client, sequence);
  }

  /** Told of every event once its transaction is committed and whoever asked for the write has gone on. */
  onWritten(listener: EventListener): void {
    this.written = listener;
  }

  /** One statement, not in turn with the writes. */
  async ask<Answer>(question: (client: PrismaClient) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(this.client);
    } catch (error) {
      throw storeError(error);
    }
  }

  /**
   * All or nothing. `change` is called when every earlier write is done, so that what it reads stays true. Sequences grow
   * in the order of the commits; one is left out where a write fails.
   */
  async write(drafts: readonly EventDraft[], change: (client: PrismaClient) => Change | Promise<Change>): Promise<RecordedEvent[]> {
    const leave = await this.turnstile.enter();
    try {
      const events = drafts.map((draft) => ({ ...draft, sequence: Number(++this.sequence) }));
      const rows = events.length > 0 ? [this.client.event.createMany({ data: events.map(eventRow) })] : [];
      await this.client.$transaction([...(await change(this.client)), ...rows]);
      // After the caller's own steps: it puts the change into memory, where listeners will look for it.
      if (events.length > 0) setImmediate(() => this.written(events));
      return events;
    } catch (error) {
      throw storeError(error);
    } finally {
      leave();
    }
  }

  async close(): Promise<void> {
    const leave = await this.turnstile.enter();
    try {
      await this.client.$disconnect();
    } finally {
      leave();
    }
  }
}

async function connect(databaseUrl: string): Promise<PrismaClient> {
  const { PrismaClient: Client, adapter } =
    providerOf(databaseUrl) === 'sqlite'
      ? { ...(await import('./generated/sqlite/client.js')), adapter: new SqliteAdapterFactory(sqlitePath(databaseUrl)) }
      : await postgres(databaseUrl);
  const client = new Client({ adapter });
  await client.$connect();
  return client;
}

/** Both clients are made from the same models: SQLite's type serves for both. */
async function postgres(connectionString: string) {
  const { PrismaClient } = await import('./generated/postgresql/client.js');
  const adapter: SqlDriverAdapterFactory = new PrismaPg({ connectionString });
  return { PrismaClient: PrismaClient as unknown as typeof import('./generated/sqlite/client.js').PrismaClient, adapter };
}
