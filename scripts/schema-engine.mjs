// Prisma's schema engine as WebAssembly: the native one would have to be downloaded. Its package expects a bundler, so it
// is instantiated by hand, once a process (its glue keeps the memory in module variables).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.mjs';

const require = createRequire(join(ROOT, 'apps/api/package.json'));
let loading;

/** An engine for one database, connected through a driver adapter's factory. */
export async function schemaEngine(factory, schema) {
  loading ??= load();
  const { glue, bind } = await loading;
  // The engine asks for a shadow only in calls that are not made here.
  factory.connectToShadowDb ??= () => factory.connect();
  return glue.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, bind(factory));
}

async function load() {
  const gluePath = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(pathToFileURL(gluePath).href);
  const { bindMigrationAwareSqlAdapterFactory: bind } = require('@prisma/driver-adapter-utils');
  const bytes = readFileSync(gluePath.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return { glue, bind };
}

const FILTERS = { externalTables: [], externalEnums: [] };

/** SQL that leads from one schema to another, from nothing where the first is left out. */
export async function scriptBetween(engine, before, after) {
  return difference(engine, before === undefined ? { tag: 'empty' } : datamodel(before), after);
}

/** SQL that leads from the connected database, as it is, to a schema. */
export async function scriptFromDatabase(engine, schema) {
  return difference(engine, { tag: 'schemaDatasource', ...files(schema), configDir: '.' }, schema);
}

async function difference(engine, from, after) {
  const { stdout } = await engine.diff({
    from,
    to: datamodel(after),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: FILTERS,
  });
  return stdout ?? '';
}

const datamodel = (schema) => ({ tag: 'schemaDatamodel', ...files(schema) });
const files = (schema) => ({ files: [{ path: 'schema.prisma', content: schema }] });

/** What the engine thinks of the migrations that a database says it has had. */
export function historyOf(engine, directory, migrations) {
  return engine.diagnoseMigrationHistory({
    migrationsList: {
      baseDir: directory,
      lockfile: { path: 'migration_lock.toml', content: readFileSync(join(directory, 'migration_lock.toml'), 'utf8') },
      shadowDbInitScript: '',
      migrationDirectories: migrations.map(({ name, script }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
      })),
    },
    optInToShadowDatabase: false,
    filters: FILTERS,
  });
}
