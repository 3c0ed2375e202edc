import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { Config } from './config/config.js';
import { StartupError } from './config/startup-error.js';
import { createApp } from './create-app.js';
import { EnsureAdministrator } from './domain/access/ensure-administrator.js';
import { FIRST_ADMINISTRATOR } from './domain/access/first-administrator.js';
import { MakeSignInLink } from './domain/access/make-sign-in-link.js';
import { DockerSocket } from './http/docker/docker-socket.js';
import { UpgradeRouter } from './http/ws/upgrade-router.js';
import { Database } from './infra/store/database.js';
import { DatabaseLock } from './infra/store/database-lock.js';
import { InstanceLock } from './infra/store/instance-lock.js';

/** How long requests in flight may go on once the server is told to stop. */
const DRAIN_MS = 1_000;
/** Load balancers and browsers keep idle connections up to a minute; ours must outlive theirs. */
const KEEP_ALIVE_MS = 65_000;
/** Every address of the host: none that a browser elsewhere could be sent to. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export interface RunningServer {
  /** `http://host:port` */
  readonly url: string;
  /** Signs the first administrator in, once. The token is in the fragment, which browsers send to nobody. */
  readonly signInLink: string;
  close(): Promise<void>;
}

/** Brings one instance up: lock, database, application, listeners. Whatever fails leaves nothing listening and nothing open. */
export async function startServer(config: Config): Promise<RunningServer> {
  const root = await InstanceLock.take(config.root);
  let database: DatabaseLock | undefined;
  const release = async () => {
    await database?.release();
    root.release();
  };
  try {
    database = await DatabaseLock.take(config.databaseUrl);
    await mkdir(config.run, { recursive: true, mode: 0o711 });
    return await startLocked(config, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function startLocked(config: Config, release: () => Promise<void>): Promise<RunningServer> {
  const app = await createApp(config);
  const http: Server = app.getHttpServer();
  const sockets = app.get(UpgradeRouter);
  let docker: DockerSocket | undefined;
  const close = async () => {
    await Promise.all([sockets.close(), drain(http)]);
    await docker?.close();
    await app.close();
    // After everything that may still have something to write.
    await app.get(Database).close();
  };
  let linkToken: string;
  try {
    await app.init();
    await app.get(EnsureAdministrator).execute();
    linkToken = await app.get(MakeSignInLink).execute(FIRST_ADMINISTRATOR);
    sockets.listen(http);
    await listen(http, config);
    docker = await DockerSocket.open(config.dockerSocket, config.version);
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const url = urlOf(http, config);
  return {
    url,
    signInLink: `${url}/sign-in#token=${linkToken}`,
    close: () => {
      closing ??= close().finally(release);
      return closing;
    },
  };
}

async function listen(http: Server, { listen: { host, port } }: Config): Promise<void> {
  // An upload or a followed stream may take as long as it likes; slow headers stay bounded by Node's 60 s.
  http.requestTimeout = 0;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  http.listen(port, host);
  await once(http, 'listening').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
    throw new StartupError(`cannot listen on ${host}:${port}: ${reason}; set KEELSON_LISTEN to another host:port`);
  });
}

/** Takes no new connection, lets short requests end, then cuts what is left: followers would stay for ever. */
async function drain(http: Server): Promise<void> {
  if (!http.listening) return;
  const closed = once(http, 'close');
  http.close();
  http.closeIdleConnections();
  const timer = setTimeout(() => http.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}

function urlOf(http: Server, { listen: { host } }: Config): string {
  const { port } = http.address() as AddressInfo;
  if (WILDCARDS.has(host)) return `http://${hostname()}:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
