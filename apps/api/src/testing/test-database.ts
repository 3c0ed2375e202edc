import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** An empty database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

/** SQLite always; PostgreSQL where TEST_POSTGRES_URL names a server on which databases may be made. */
export const DATABASES: readonly (readonly [string, () => Promise<TestDatabase>])[] = [
  ['SQLite', sqliteDatabase],
  ...(process.env['TEST_POSTGRES_URL'] ? [['PostgreSQL', () => postgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')] as const] : []),
];

export async function sqliteDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-db-'));
  return { url: `file:${join(folder, 'test.db')}`, remove: () => rm(folder, { recursive: true }) };
}

export async function postgresDatabase(server: string): Promise<TestDatabase> {
  const name = `keelson_test_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const ask = async (sql: string) => {
    const client = new Client({ connectionString: server });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await ask(`CREATE DATABASE ${name}`);
  return { url: Object.assign(new URL(server), { pathname: `/${name}` }).href, remove: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) };
}
