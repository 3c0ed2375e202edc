// npm run bench: measures, beside a peer or a kernel floor in the same run. Not part of npm test: a busy host must not fail anybody.
import { join } from 'node:path';
import { build } from './build.mjs';
import { requireBuildTools } from './preflight.mjs';
import { ROOT } from './root.mjs';
import { requirePeers, requireTestTools } from './test-tools.mjs';
import { install, run } from './toolchain.mjs';

export function bench(args) {
  requireBuildTools();
  requireTestTools();
  requirePeers();
  install();
  build();
  run('vitest', ['run', '--config', join(ROOT, 'bench/vitest.config.ts'), ...args]);
}
