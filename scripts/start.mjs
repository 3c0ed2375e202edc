// npm start: check the host, install, build what changed, become the supervisor of the server process.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { fail } from './fail.mjs';
import { requireBuildTools, requireFreePort, requireKernel, requireRoot } from './preflight.mjs';
import { install, nodeBinary, ROOT } from './toolchain.mjs';

const SERVER = join(ROOT, 'apps/api/dist/main.js');

export async function start() {
  requireRoot();
  requireKernel();
  requireBuildTools();
  await requireFreePort(process.env.KEELSON_LISTEN ?? '127.0.0.1:7070');
  install();
  build({ tests: false });
  requireServer();
  serve();
}

function requireServer() {
  if (!existsSync(SERVER)) fail('this checkout has no server yet; "npm test" runs what there is');
}

/** Node cannot replace itself by exec: the server is a child whose signals and exit status are ours. */
function serve() {
  const server = spawn(nodeBinary(), [SERVER], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
