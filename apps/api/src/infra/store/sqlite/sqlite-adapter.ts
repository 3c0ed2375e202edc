import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  DriverAdapterError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlQueryable,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import { StartupError } from '../../../config/startup-error.js';
import { Turnstile } from '../turnstile.js';
import { sqliteArgument } from './arguments.js';
import { claimSpace } from './claim-space.js';
import { columnType, resultValue } from './column-types.js';
import { createPrivately } from './create-privately.js';
import { sqliteError } from './sqlite-error.js';

const IDENTITY = { provider: 'sqlite', adapterName: 'keelson-node-sqlite' } as const;
/** Prisma's statements are few; a bound keeps lists with ever new lengths from filling the memory. */
const CACHED_STATEMENTS = 500;
/** SQLite's own default bound of variables in one statement. */
const MAX_BIND_VALUES = 999;

/** Prepared statements of one connection. */
class Connection implements SqlQueryable {
  readonly provider = IDENTITY.provider;
  readonly adapterName = IDENTITY.adapterName;
  private readonly statements = new Map<string, StatementSync>();

  constructor(readonly database: DatabaseSync) {}

  async queryRaw({ sql, args, argTypes }: SqlQuery): Promise<SqlResultSet> {
    return translated(() => {
      const statement = this.prepared(sql);
      const rows = statement.all(...args.map((value, at) => sqliteArgument(value, argTypes[at]))) as unknown as unknown[][];
      const columns = statement.columns();
      const columnTypes = columns.map(({ type }, at) => columnType(type, rows, at));
      return {
        columnNames: columns.map(({ name }) => name),
        columnTypes,
        rows: rows.map((row) => row.map((value, at) => resultValue(value, columnTypes[at] ?? 0))),
      };
    });
  }

  async executeRaw({ sql, args, argTypes }: SqlQuery): Promise<number> {
    return translated(() => Number(this.prepared(sql).run(...args.map((value, at) => sqliteArgument(value, argTypes[at]))).changes));
  }

  execute(sql: string): void {
    translated(() => this.database.exec(sql));
  }

  private prepared(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    statement.setReturnArrays(true);
    if (this.statements.size >= CACHED_STATEMENTS) this.statements.clear();
    this.statements.set(sql, statement);
    return statement;
  }
}

class SqliteTransaction implements Transaction {
  readonly provider = IDENTITY.provider;
  readonly adapterName = IDENTITY.adapterName;
  /** Prisma then leaves COMMIT and ROLLBACK to `commit` and `rollback`. */
  readonly options = { usePhantomQuery: true };

  constructor(
    private readonly connection: Connection,
    private readonly leave: () => void,
  ) {}

  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.connection.queryRaw(query);
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return this.connection.executeRaw(query);
  }

  async commit(): Promise<void> {
    this.end('COMMIT');
  }

  async rollback(): Promise<void> {
    this.end('ROLLBACK');
  }

  /** SQLite has rolled back by itself where the disk is full; a second ROLLBACK would then fail. */
  private end(statement: string): void {
    try {
      if (this.connection.database.isTransaction) this.connection.execute(statement);
    } catch (error) {
      if (this.connection.database.isTransaction) this.connection.execute('ROLLBACK');
      throw error;
    } finally {
      this.leave();
    }
  }
}

/** Prisma on the SQLite that is part of Node: nothing to compile, statements prepared once. */
class SqliteAdapter implements SqlDriverAdapter {
  readonly provider = IDENTITY.provider;
  readonly adapterName = IDENTITY.adapterName;
  private readonly turnstile = new Turnstile();

  constructor(private readonly connection: Connection) {}

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.alone(() => this.connection.queryRaw(query));
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    return this.alone(() => this.connection.executeRaw(query));
  }

  async executeScript(script: string): Promise<void> {
    return this.alone(async () => this.connection.execute(script));
  }

  async startTransaction(isolation?: IsolationLevel): Promise<Transaction> {
    if (isolation !== undefined && isolation !== 'SERIALIZABLE')
      throw new DriverAdapterError({ kind: 'InvalidIsolationLevel', level: isolation });
    const leave = await this.turnstile.enter();
    try {
      // The write lock from the start: a later upgrade could fail where another process writes.
      this.connection.execute('BEGIN IMMEDIATE');
    } catch (error) {
      leave();
      throw error;
    }
    return new SqliteTransaction(this.connection, leave);
  }

  getConnectionInfo() {
    return { maxBindValues: MAX_BIND_VALUES, supportsRelationJoins: false };
  }

  async dispose(): Promise<void> {
    const leave = await this.turnstile.enter();
    this.connection.database.close();
    leave();
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.turnstile.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }
}

export class SqliteAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider = IDENTITY.provider;
  readonly adapterName = IDENTITY.adapterName;

  constructor(private readonly path: string) {}

  async connect(): Promise<SqlDriverAdapter> {
    const database = openSqlite(this.path);
    claimSpace(database, this.path);
    return new SqliteAdapter(new Connection(database));
  }
}

/**
 * WAL with synchronous=NORMAL: a commit survives the death of every process; only a power cut may take the newest ones,
 * and then the whole transaction (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * @throws StartupError where there is no room for the journal's index.
 */
export function openSqlite(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    createPrivately(path);
    database = new DatabaseSync(path, { timeout: 5_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
    return database;
  } catch (cause) {
    database?.close();
    if (statfsSync(dirname(path)).bavail > 0) throw cause;
    throw new StartupError(`no space left for the database ${path}; free some and start again`, { cause });
  }
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteError(error);
  }
}
