import type { Container, ContainerMount } from '../../../domain/containers/container.js';
import { type HostAccess, requireBindRoot } from '../../../domain/containers/host-access.js';
import { LAYER_UID_BASE } from '../../../domain/containers/uid-blocks.js';
import { NETWORK_MTU, type NetworkLease, type PublishedPort } from '../../../domain/networks/networks.js';
import type { ContainerPaths } from '../container-paths.js';

/** launch.json: what OCI has no words for (packages/runtime-native/README.md, "Inputs of a supervisor"). */
export interface LaunchFile {
  readonly version: 1;
  readonly id: string;
  readonly runDir: string;
  readonly rootfs: { readonly layers: readonly string[]; readonly layerUidBase: number } & LaunchUpper;
  readonly init: boolean;
  readonly stdin: 'null' | 'open';
  readonly log: { readonly dir: string; readonly maxBytes: number; readonly maxFiles: number };
  readonly exitFile: string;
  readonly network: LaunchNetwork | null;
  readonly ports: readonly LaunchPort[];
  readonly bindRoots: readonly LaunchBindRoot[];
  readonly imageMounts: readonly LaunchImageMount[];
  /** Bind mounts whose source lies in the mounts of another container. */
  readonly borrowed: readonly { readonly destination: string; readonly mountNamespace: string }[];
  /** Symbolic links that the container gets. */
  readonly links: readonly LaunchLink[];
}

interface LaunchImageMount {
  /** Of the mount of the type image in config.json. */
  readonly destination: string;
  /** Lowest first. */
  readonly layers: readonly string[];
  readonly layerUidBase: number;
  readonly subpath?: string;
}

interface LaunchLink {
  readonly path: string;
  readonly target: string;
}

/** A file with a filesystem in which the supervisor makes the other two. */
type LaunchUpper = { readonly upper: string; readonly work: string } | { readonly image: string };

interface LaunchBindRoot {
  /** Of the bind mount in config.json. */
  readonly destination: string;
  /** Beneath this its source is opened. */
  readonly root: string;
}

interface LaunchNetwork {
  readonly mode: 'bridge';
  readonly bridge: string;
  readonly hostInterface: string;
  readonly containerInterface: string;
  readonly mac: string;
  readonly mtu: number;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
}

interface LaunchPort {
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerAddress: string;
  readonly containerPort: number;
  readonly protocol: 'tcp';
}

/** What the root filesystem is made of. */
interface LaunchedFiles {
  /** Lowest first. */
  readonly layerPaths: readonly string[];
  /** Of the images that are mounted, by id. */
  readonly mountedLayers: ReadonlyMap<string, readonly string[]>;
  readonly links: readonly LaunchLink[];
  /** Host pid of the container whose ipc namespace is used. */
  readonly ipcPid?: number | undefined;
}

/** Throws `forbidden` where a bind mount's source is in no bind root, or in none any more. */
export function buildLaunch(
  container: Container,
  files: LaunchedFiles,
  paths: ContainerPaths,
  access: Pick<HostAccess, 'bindRoots'>,
): LaunchFile {
  const { lease } = container;
  return {
    version: 1,
    id: container.id,
    runDir: paths.run,
    rootfs: { layers: files.layerPaths, layerUidBase: LAYER_UID_BASE, ...upper(container, paths) },
    init: container.config.init,
    stdin: container.config.openStdin ? 'open' : 'null',
    log: { dir: paths.logs, ...container.config.log },
    exitFile: paths.exitFile,
    network: lease && network(lease),
    ports: lease ? container.ports.map((port) => launchPort(port, lease)) : [],
    bindRoots: bindRoots(container.config.mounts, access),
    imageMounts: imageMounts(container.config.mounts, files),
    borrowed: files.ipcPid === undefined ? [] : [{ destination: '/dev/shm', mountNamespace: `/proc/${files.ipcPid}/ns/mnt` }],
    links: files.links,
  };
}

function upper({ config }: Container, { upper, work, image }: ContainerPaths): LaunchUpper {
  return config.rootfsBackend === 'image-file' ? { image } : { upper, work };
}

function bindRoots(mounts: readonly ContainerMount[], access: Pick<HostAccess, 'bindRoots'>): LaunchBindRoot[] {
  const binds = mounts.filter((mount) => mount.type === 'bind');
  return binds.map((mount) => ({ destination: mount.target, root: requireBindRoot(mount, access, 'mounts') }));
}

function imageMounts(mounts: readonly ContainerMount[], { mountedLayers }: LaunchedFiles): LaunchImageMount[] {
  return mounts.flatMap((mount) => {
    if (mount.type !== 'image') return [];
    const { target: destination, subpath, imageId } = mount;
    return [{ destination, layers: mountedLayers.get(imageId) ?? [], layerUidBase: LAYER_UID_BASE, ...(subpath && { subpath }) }];
  });
}

function network(lease: NetworkLease): LaunchNetwork {
  const ipv6 = lease.ipv6 ? [`${lease.ipv6}/${lease.ipv6Prefix}`] : [];
  return {
    mode: 'bridge',
    bridge: lease.bridge,
    hostInterface: lease.hostInterface,
    containerInterface: 'eth0',
    mac: lease.mac,
    mtu: NETWORK_MTU,
    addresses: [`${lease.ipv4}/${lease.ipv4Prefix}`, ...ipv6],
    gateways: [lease.gatewayIpv4, ...(lease.ipv6 && lease.gatewayIpv6 ? [lease.gatewayIpv6] : [])],
  };
}

/** An IPv6 client is forwarded over IPv6 where the container has it, so that the container sees one family throughout. */
function launchPort(port: PublishedPort, lease: NetworkLease): LaunchPort {
  const { hostAddress, hostPort, containerPort, protocol } = port;
  const containerAddress = hostAddress.includes(':') ? (lease.ipv6 ?? lease.ipv4) : lease.ipv4;
  return { hostAddress, hostPort, containerAddress, containerPort, protocol };
}
