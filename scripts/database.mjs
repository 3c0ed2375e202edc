// One set of models, two databases: writes a schema for each and generates its client. The generator demands a schema
// engine though it never runs it; any file that exists will do, so nothing is downloaded.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { fingerprint, isFresh, markFresh } from './stamps.mjs';
import { nodeBinary, run } from './toolchain.mjs';

const PROVIDERS = ['sqlite', 'postgresql'];
const API = join(ROOT, 'apps/api');
const GENERATED = join(API, 'src/infra/store/generated');
const SCHEMAS = join(ROOT, '.cache/prisma');

/** Schema text for one provider. */
export function schemaOf(provider, models = readFileSync(join(ROOT, 'prisma/schema/models.prisma'), 'utf8')) {
  return `generator client {
  provider            = "prisma-client"
  output              = "${join(GENERATED, provider)}"
  runtime             = "nodejs"
  moduleFormat        = "esm"
  importFileExtension = "js"
}

datasource db {
  provider = "${provider}"
}

${models}`;
}

export function generateClients() {
  const inputs = fingerprint(['prisma/schema', 'scripts/database.mjs', 'apps/api/package.json']);
  if (isFresh('prisma', inputs) && existsSync(GENERATED)) return;
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(SCHEMAS, { recursive: true });
  for (const provider of PROVIDERS) generate(provider);
  markFresh('prisma', inputs);
}

function generate(provider) {
  const schema = join(SCHEMAS, `${provider}.prisma`);
  writeFileSync(schema, schemaOf(provider));
  run(nodeBinary(), [join(API, 'node_modules/prisma/build/index.js'), 'generate', '--schema', schema, '--no-hints'], {
    cwd: API,
    quiet: true,
    env: { PRISMA_SCHEMA_ENGINE_BINARY: nodeBinary(), CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
}
