import { randomUUID } from 'node:crypto';
import { StartupError } from '../../../config/startup-error.js';
import type { AppliedMigration, MigrationConnection } from './migration-connection.js';
import type { Migration } from './read-migrations.js';

/** Applies what is missing, each migration in one transaction. Returns the names of those. */
export async function migrate(connection: MigrationConnection, migrations: readonly Migration[]): Promise<string[]> {
  try {
    await connection.open();
    const missing = missingOf(migrations, await connection.applied());
    for (const { name, checksum, script } of missing) await applyOne(connection, { name, checksum, script });
    return missing.map(({ name }) => name);
  } finally {
    await connection.close();
  }
}

async function applyOne(connection: MigrationConnection, { name, checksum, script }: Migration): Promise<void> {
  try {
    await connection.apply({ id: randomUUID(), name, checksum, startedAt: new Date() }, script);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(`the database could not be brought up to date: ${name}: ${reason}; it is as it was before`, { cause: error });
  }
}

/** A history that is not a beginning of ours belongs to another version: touching it could lose data. */
function missingOf(migrations: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  applied.forEach((row, at) => {
    const own = migrations[at];
    if (!row.finished) throw new StartupError(`migration ${row.name} of the database is unfinished; restore a backup`);
    if (own === undefined) throw new StartupError(`the database was written by a newer version of Keelson (${row.name}); update Keelson`);
    if (own.name !== row.name || own.checksum !== row.checksum)
      throw new StartupError(`migration ${row.name} of the database is not the one of this version (${own.name})`);
  });
  return migrations.slice(applied.length);
}
