// npm start: check the host, install, build what changed, become the supervisor of the server process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { requireBuildTools, requireFreePort, requireKernel, requireRoot } from './preflight.mjs';
import { install, nodeBinary, ROOT } from './toolchain.mjs';

export async function start() {
  requireRoot();
  requireKernel();
  requireBuildTools();
  await requireFreePort(process.env.KEELSON_LISTEN ?? '127.0.0.1:7070');
  install();
  build();
  serve();
}

/** Node cannot replace itself by exec: the server is a child whose signals and exit status are ours. */
function serve() {
  const server = spawn(nodeBinary(), [join(ROOT, 'apps/api/dist/main.js')], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
