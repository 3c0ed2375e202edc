import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Provider = 'sqlite' | 'postgresql';

export interface Migration {
  /** `20261121072500_first`: their order. */
  readonly name: string;
  readonly script: string;
  /** As Prisma computes it. */
  readonly checksum: string;
}

/** prisma/migrations of the checkout, the same place from src and from dist. */
export const migrationsOf = (provider: Provider) => join(import.meta.dirname, '../../../../../../prisma/migrations', provider);

export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  const script = await readFile(join(directory, name, 'migration.sql'), 'utf8');
  return { name, script, checksum: createHash('sha256').update(script).digest('hex') };
}
