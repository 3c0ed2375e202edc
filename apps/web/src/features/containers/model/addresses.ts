import type { ContainerSummary } from '@keelson/contracts';

type Port = ContainerSummary['ports'][number];

/** `8080 → 80`, with the address where it is not all of them. Each pair once: IPv4 and IPv6 are published alike. */
export function portLabels(ports: readonly Port[]): string[] {
  return [
    ...new Set(
      ports.map(
        ({ hostAddress, hostPort, containerPort }) =>
          `${isAny(hostAddress) ? '' : `${bracketed(hostAddress)}:`}${hostPort} → ${containerPort}`,
      ),
    ),
  ];
}

/** Addresses a browser can open, seen from the host name under which this page came. */
export function webAddresses(ports: readonly Port[], hostname: string): string[] {
  return [
    ...new Set(ports.map(({ hostAddress, hostPort }) => `http://${isAny(hostAddress) ? hostname : bracketed(hostAddress)}:${hostPort}`)),
  ];
}

const isAny = (address: string) => address === '' || address === '0.0.0.0' || address === '::';
const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);
