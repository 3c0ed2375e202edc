/** Bytes of a packet on the bridge, and so on every interface that it joins. */
export const NETWORK_MTU = 1500;

/** `container:` and an id: that container's network, which it must have when this one starts. */
export type NetworkMode = 'bridge' | 'none' | 'host' | `container:${string}`;

/** A published port as it is in force; every field is decided. */
export interface PublishedPort {
  /** `0.0.0.0`, `::` or one address of the host. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp';
}

/** What a container on the bridge owns from its creation to its removal. */
export interface NetworkLease {
  readonly ipv4: string;
  readonly ipv4Prefix: number;
  readonly gatewayIpv4: string;
  /** null on a host without IPv6. */
  readonly ipv6: string | null;
  readonly ipv6Prefix: number;
  readonly gatewayIpv6: string | null;
  readonly mac: string;
  /** Name of the veth's host side. */
  readonly hostInterface: string;
  readonly bridge: string;
}
