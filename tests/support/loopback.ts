import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OnLoopback {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Cuts what is still connected. */
  close(): Promise<void>;
}

/** Lets a server listen on a free port of the loopback. */
export async function onLoopback(server: Server): Promise<OnLoopback> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
