// One entry for the two commands of the README and the developer's own: start, test, check, format, bench, pnpm.

import { join } from 'node:path';
import { bench } from './bench.mjs';
import { build } from './build.mjs';
import { checks } from './check.mjs';
import { fail } from './fail.mjs';
import { requireBuildTools } from './preflight.mjs';
import { start } from './start.mjs';
import { test } from './test.mjs';
import { install, nodeBinary, pnpm, ROOT, run } from './toolchain.mjs';

const VERBS = {
  start,
  test,
  bench,
  check() {
    prepare();
    checks();
  },
  format() {
    install();
    run('biome', ['check', '--write', '.']);
  },
  pnpm: (args) => pnpm(args),
  migration(args) {
    prepare();
    run(nodeBinary(), [join(ROOT, 'scripts/write-migration.mjs'), ...args]);
  },
};

function prepare() {
  requireBuildTools();
  install();
  build();
}

const [verb, ...args] = process.argv.slice(2);
const action = Object.hasOwn(VERBS, verb ?? '') ? VERBS[verb] : undefined;
if (!action) fail(`unknown command "${verb ?? ''}"; use one of: ${Object.keys(VERBS).join(', ')}`);
await action(args);
