import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { StartupError } from '../../config/startup-error.js';
import { isErrno } from '../../errno.js';
import { dockerRoutes } from './docker-routes.js';

/** Whoever may write to the socket gives orders: owner and group only. */
const MODE = 0o660;
/** All of the path but the socket itself stays passable, so that a group can be given the socket. */
const DIRECTORY_MODE = 0o711;

/** The HTTP server on the Docker socket. It ends idle connections and removes the socket when it closes. */
export class DockerSocket {
  private constructor(private readonly server: Server) {}

  static async open(path: string, version: string): Promise<DockerSocket> {
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    await removeStale(path);
    const server = createServer(dockerRoutes(version));
    listenPrivately(server, path);
    await once(server, 'listening');
    await chmod(path, MODE);
    return new DockerSocket(server);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

/** bind(2) happens within listen(): the mask is in force for exactly that call, and nobody can connect before the chmod. */
function listenPrivately(server: Server, path: string): void {
  const mask = process.umask(0o777 & ~0o600);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
}

/** A killed server leaves its socket file behind, which refuses connections; one that takes them, or is too busy to, is somebody else's. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new StartupError(`${path} exists and is no socket; set KEELSON_DOCKER_SOCKET to another path`);
  if (await answers(path))
    throw new StartupError(`another server listens on ${path}; stop it or set KEELSON_DOCKER_SOCKET to another path`);
  rmSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', (error) => resolve(!isErrno(error, 'ECONNREFUSED', 'ENOENT')));
    socket.once('connect', () => socket.destroy());
  });
}
