// The two commands of the README, and the developer's own.
import { join } from 'node:path';
import { bench } from './bench.mjs';
import { build } from './build.mjs';
import { checks } from './check.mjs';
import { fail } from './fail.mjs';
import { requireBuildTools } from './preflight.mjs';
import { ROOT } from './root.mjs';
import { start } from './start.mjs';
import { test } from './test.mjs';
import { install, nodeBinary, pnpm, run } from './toolchain.mjs';

const VERBS = {
  start,
  test,
  'test:crash': (args) => test(['--only', 'crash', ...args]),
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

export async function runVerb([verb = '', ...args]) {
  if (!Object.hasOwn(VERBS, verb)) fail(`unknown command "${verb}"; use one of: ${Object.keys(VERBS).join(', ')}`);
  await VERBS[verb](args);
}
