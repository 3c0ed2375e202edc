// npm start: check the host, install, build what changed, become the supervisor of the server process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { requireBuildTools, requireFreePort, requireKernel, requireRoot } from './preflight.mjs';
import { ROOT } from './root.mjs';
import { install, nodeBinary } from './toolchain.mjs';

const SERVER = join(ROOT, 'apps/api/dist/main.js');

export async function start() {
  requireKernel();
  requireRoot();
  requireBuildTools();
  // Empty counts as absent, as it does for the server.
  await requireFreePort(process.env.KEELSON_LISTEN || '127.0.0.1:7070');
  install();
  build({ tests: false });
  serve();
}

/** Node cannot replace itself by exec: the server is a child whose signals and exit status are ours. */
function serve() {
  const server = spawn(nodeBinary(), [SERVER], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
