import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { type Ipv4Network, networkOf } from '../../domain/networks/ipv4.js';

/** Networks that the host reaches already, default routes and those of `except` left out. */
export async function routedNetworks(except: string): Promise<Ipv4Network[]> {
  return parseRoutes(await readFile('/proc/net/route', 'utf8'), except);
}

/** proc_pid_net(5), `route`: addresses and masks are hexadecimal in the byte order of the machine, which is little endian. */
export function parseRoutes(text: string, except: string): Ipv4Network[] {
  const networks: Ipv4Network[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, , , , , , mask] = line.trim().split(/\s+/);
    if (!name || !destination || !mask || name === except) continue;
    const prefix = fromLittleEndian(mask).toString(2).replaceAll('0', '').length;
    if (prefix > 0) networks.push(networkOf(fromLittleEndian(destination), prefix));
  }
  return networks;
}

const fromLittleEndian = (hex: string): number => Buffer.from(hex.padStart(8, '0'), 'hex').readUInt32LE();

/** Whether this host speaks IPv6 at all: the module is there and not switched off for every interface. */
export async function hasIpv6(): Promise<boolean> {
  const disabled = await readFile('/proc/sys/net/ipv6/conf/all/disable_ipv6', 'utf8').catch(() => '1');
  return disabled.trim() === '0';
}

export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
