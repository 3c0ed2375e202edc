import { createServer } from 'node:net';
import { isErrno } from '../../errno.js';

/** Whether a supervisor could listen there now. Answered by the kernel, for processes of others have ports too. */
export async function canListen(host: string, port: number): Promise<boolean> {
  const bound = await listen(host, port);
  return bound !== null;
}

/** A port that nobody has at this address now; null where there is none left. */
export const anyFreePort = (host: string): Promise<number | null> => listen(host, 0);

function listen(host: string, port: number): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      // EADDRNOTAVAIL: the address is none of this host's; the same answer, since nobody can listen there.
      if (isErrno(error, 'EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES')) resolve(null);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') }, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null));
    });
  });
}
