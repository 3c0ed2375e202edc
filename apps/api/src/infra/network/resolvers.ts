import { readFile } from 'node:fs/promises';
import { parseResolvConf, type Resolvers, reachableServers } from '../../domain/networks/name-files.js';
import { ownAddresses } from './host-network.js';

/** The second is where systemd-resolved names the real servers when the first points to its loopback address. */
const FILES = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];

/** The host's resolvers as they are: for containers in the host's network. */
export const hostResolvers = async (): Promise<Resolvers> => parseResolvConf(await read(FILES[0] ?? ''));

/** Those that a container on the bridge reaches; none where the host's are all its own. */
export async function bridgeResolvers(hasIpv6: boolean): Promise<Resolvers> {
  let found: Resolvers = { servers: [], search: [], options: [] };
  for (const file of FILES) {
    const told = parseResolvConf(await read(file));
    const servers = reachableServers(told.servers, ownAddresses(), hasIpv6);
    found = { ...told, servers };
    if (servers.length > 0) break;
  }
  return found;
}

const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
