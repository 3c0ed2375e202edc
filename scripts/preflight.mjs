// What a host must have, asked before anything is installed or written: one sentence each that says what to do.
import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { fail } from './fail.mjs';

const MINIMUM_KERNEL = [6, 1];

/** Each is in the Debian package of its name. */
const BUILD_TOOLS = ['g++', 'make', 'python3'];

export function requireBuildTools() {
  const missing = BUILD_TOOLS.filter((tool) => !onPath(tool));
  if (missing.length > 0) fail(`${missing.join(', ')} not found; install with: apt-get install -y ${missing.join(' ')}`);
}

export function requireRoot() {
  if (process.getuid() !== 0) fail('containers need root; run "sudo npm start"');
}

export function requireKernel() {
  if (process.platform !== 'linux') fail('Keelson runs on Linux only');
  const [major, minor] = release().split('.').map(Number);
  const [wantMajor, wantMinor] = MINIMUM_KERNEL;
  if (major < wantMajor || (major === wantMajor && minor < wantMinor))
    fail(`Linux ${release()} is too old; Keelson needs ${MINIMUM_KERNEL.join('.')} or newer (Debian 12, Ubuntu 24.04)`);
  if (readNumber('/proc/sys/user/max_user_namespaces') === 0)
    fail('user namespaces are off; turn them on with: sysctl -w user.max_user_namespaces=65536');
}

/** The port is tried before anything is installed, so that a taken one costs nobody a build. */
export async function requireFreePort(listen) {
  const { host, port } = parseListen(listen);
  const server = createServer();
  const error = await new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => resolve(undefined));
  });
  if (error)
    fail(
      `cannot listen on ${listen}: ${error.code === 'EADDRINUSE' ? 'the port is in use' : error.message}; set KEELSON_LISTEN to another host:port`,
    );
  await new Promise((resolve) => server.close(resolve));
}

function parseListen(listen) {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen);
  if (!match || Number(match[3]) > 65535) fail(`KEELSON_LISTEN is "${listen}"; write it as host:port, for example 127.0.0.1:7070`);
  return { host: match[1] ?? match[2], port: Number(match[3]) };
}

function onPath(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function readNumber(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
