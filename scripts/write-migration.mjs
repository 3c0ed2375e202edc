// Writes the next migration of both databases from the models as they are committed to the models as they lie here:
// `node scripts/run.mjs migration NAME`. The engine wants a PostgreSQL server to talk to, though it changes nothing there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { schemaOf } from './database.mjs';
import { fail } from './fail.mjs';
import { ROOT } from './root.mjs';
import { schemaEngine, scriptBetween } from './schema-engine.mjs';

const MIGRATIONS = join(ROOT, 'prisma/migrations');
const require = createRequire(join(ROOT, 'apps/api/package.json'));
const { mockMigrationAwareAdapterFactory } = require('@prisma/driver-adapter-utils');
const { PrismaPg } = require('@prisma/adapter-pg');

async function main(name = '') {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) fail('name the migration in snake_case: node scripts/run.mjs migration add_volumes');
  const connectionString = process.env.TEST_POSTGRES_URL ?? fail('set TEST_POSTGRES_URL to a PostgreSQL server');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  await write('sqlite', mockMigrationAwareAdapterFactory('sqlite'), `${stamp}_${name}`);
  await write('postgresql', new PrismaPg({ connectionString }), `${stamp}_${name}`);
}

async function write(provider, factory, name) {
  const engine = await schemaEngine(factory, schemaOf(provider));
  const script = await scriptBetween(engine, committedSchema(provider), schemaOf(provider));
  const folder = join(MIGRATIONS, provider, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), script);
  process.stdout.write(`${provider}: wrote ${folder}/migration.sql; read it before you commit it\n`);
}

/** Undefined before the first migration. */
function committedSchema(provider) {
  if (!readdirSync(join(MIGRATIONS, provider)).some((name) => /^\d/.test(name))) return undefined;
  const { status, stdout } = spawnSync('git', ['show', 'HEAD:prisma/schema/models.prisma'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) fail('git cannot show the committed models; commit them together with their migration');
  return schemaOf(provider, stdout);
}

await main(process.argv[2]);
process.exit(0);
