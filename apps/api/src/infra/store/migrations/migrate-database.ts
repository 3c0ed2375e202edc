import { fileURLToPath } from 'node:url';
import { migrate } from './migrate.js';
import { PostgresMigrations } from './postgres-migrations.js';
import { migrationsOf, type Provider, readMigrations } from './read-migrations.js';
import { SqliteMigrations } from './sqlite-migrations.js';

export const providerOf = (databaseUrl: string): Provider => (databaseUrl.startsWith('file:') ? 'sqlite' : 'postgresql');

/** `file:/var/lib/keelson/keelson.db` → its path. */
export const sqlitePath = (databaseUrl: string) => fileURLToPath(databaseUrl);

/** Brings a database up to date; an absent SQLite file is made. Returns the names of the applied migrations. */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const provider = providerOf(databaseUrl);
  const connection = provider === 'sqlite' ? new SqliteMigrations(sqlitePath(databaseUrl)) : new PostgresMigrations(databaseUrl);
  return migrate(connection, await readMigrations(migrationsOf(provider)));
}
