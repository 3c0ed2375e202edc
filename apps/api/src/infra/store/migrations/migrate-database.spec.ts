import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, sqliteDatabase, type TestDatabase } from '../../../testing/test-database.js';
import { openSqlite, SqliteAdapterFactory } from '../sqlite/sqlite-adapter.js';
import { migrate } from './migrate.js';
import { migrateDatabase, providerOf, sqlitePath } from './migrate-database.js';
import { migrationsOf, readMigrations } from './read-migrations.js';
import { SqliteMigrations } from './sqlite-migrations.js';

describe.each(DATABASES)('migrations on %s', (name, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.remove());

  it('are applied once, in their order', async () => {
    const names = (await readMigrations(migrationsOf(providerOf(database.url)))).map(({ name }) => name);
    expect(await migrateDatabase(database.url)).toEqual(names);
    expect(await migrateDatabase(database.url)).toEqual([]);
  });

  // The state root's lock keeps a second server out of SQLite; a PostgreSQL database can be reached by any.
  it.skipIf(name === 'SQLite')('wait for another server that is at it', async () => {
    const results = await Promise.all([migrateDatabase(database.url), migrateDatabase(database.url)]);
    expect(results.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it("satisfy Prisma's own engine: the history is whole, and the tables of SQLite are those of the models", async () => {
    await migrateDatabase(database.url);
    const provider = providerOf(database.url);
    const { schemaEngine, historyOf, scriptFromDatabase } = await scripts<EngineScripts>('schema-engine');
    const { schemaOf } = await scripts<{ schemaOf(provider: string): string }>('database');
    const engine = await schemaEngine(adapterOf(database.url), schemaOf(provider));
    const folder = migrationsOf(provider);
    expect(await historyOf(engine, folder, await readMigrations(folder))).toMatchObject({
      editedMigrationNames: [],
      failedMigrationNames: [],
      history: null,
    });
    // adapter-pg cannot carry the "char" columns of PostgreSQL's catalogue, which the engine reads to describe tables.
    if (provider === 'sqlite') expect(await scriptFromDatabase(engine, schemaOf(provider))).toMatch(/^-- This is an empty migration\.\s*$/);
  });
});

function adapterOf(url: string): SqlDriverAdapterFactory {
  return providerOf(url) === 'sqlite' ? new SqliteAdapterFactory(sqlitePath(url)) : new PrismaPg({ connectionString: url });
}

describe('migrations on SQLite', () => {
  let database: TestDatabase;
  let path: string;
  let folder: string;
  beforeEach(async () => {
    database = await sqliteDatabase();
    path = sqlitePath(database.url);
    folder = await mkdtemp(join(tmpdir(), 'keelson-migrations-'));
  });
  afterEach(async () => {
    await database.remove();
    await rm(folder, { recursive: true });
  });

  const apply = async (scripts: Record<string, string>) => {
    for (const [name, script] of Object.entries(scripts)) {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, 'migration.sql'), script);
    }
    return migrate(new SqliteMigrations(path), await readMigrations(folder));
  };
  const rows = (sql: string) => {
    const connection = openSqlite(path);
    const found = connection.prepare(sql).all();
    connection.close();
    return found;
  };

  it('make a file that only its owner can read', async () => {
    await apply({ '1_a': 'CREATE TABLE a (id INTEGER);' });
    const connection = openSqlite(path);
    connection.exec('INSERT INTO a VALUES (1)');
    for (const suffix of ['', '-wal', '-shm']) expect((await stat(path + suffix)).mode & 0o777).toBe(0o600);
    connection.close();
  });

  it('undo themselves when they fail, and say which', async () => {
    await expect(
      apply({ '1_ok': 'CREATE TABLE a (id INTEGER);', '2_bad': 'CREATE TABLE b (id INTEGER); CREATE TABLE a (id INTEGER);' }),
    ).rejects.toThrow('the database could not be brought up to date: 2_bad: table a already exists; it is as it was before');
    expect(rows("SELECT name FROM sqlite_master WHERE name IN ('a', 'b')")).toEqual([{ name: 'a' }]);
  });

  it('keep the children of a table that is rebuilt', async () => {
    await apply({
      '1_tables':
        'CREATE TABLE p (id TEXT PRIMARY KEY); CREATE TABLE c (id TEXT, p TEXT REFERENCES p(id) ON DELETE CASCADE); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);',
    });
    await apply({
      '2_rebuild': 'CREATE TABLE n (id TEXT PRIMARY KEY); INSERT INTO n SELECT id FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p;',
    });
    expect(rows('SELECT id FROM c')).toHaveLength(1);
  });

  it('refuse a database of a newer version', async () => {
    await apply({ '1_a': 'SELECT 1;', '2_b': 'SELECT 1;' });
    await rm(join(folder, '2_b'), { recursive: true });
    await expect(apply({})).rejects.toThrow('the database was written by a newer version of Keelson (2_b); update Keelson');
  });

  it('refuse a history that was edited', async () => {
    await apply({ '1_a': 'SELECT 1;' });
    await expect(apply({ '1_a': 'SELECT 2;' })).rejects.toThrow('migration 1_a of the database is not the one of this version');
  });
});

interface EngineScripts {
  schemaEngine(factory: SqlDriverAdapterFactory, schema: string): Promise<object>;
  historyOf(engine: object, directory: string, migrations: readonly object[]): Promise<object>;
  scriptFromDatabase(engine: object, schema: string): Promise<string>;
}

const scripts = async <T>(name: string): Promise<T> => import(join(import.meta.dirname, '../../../../../../scripts', `${name}.mjs`));
