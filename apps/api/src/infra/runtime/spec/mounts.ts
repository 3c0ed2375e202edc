import type { ContainerConfig } from '../../../domain/containers/container.js';
import { isJoined, type NamespaceModes } from '../../../domain/containers/namespaces.js';
import type { NetworkMode } from '../../../domain/networks/networks.js';
import type { OciMount } from './oci.js';

/** Files on the host that appear inside by bind mounts; all three belong to the container's root. */
export interface BoundFiles {
  readonly resolvConf: string;
  readonly hosts: string;
  readonly hostname: string;
}

const CAUTION = ['nosuid', 'noexec', 'nodev'];
/** Bytes of /dev/shm where nobody asked for another size. */
export const SHM_SIZE = 64 * 1024 ** 2;

type MountedConfig = Pick<ContainerConfig, 'network' | 'namespaces' | 'resources' | 'security'>;

/** In mounting order: /dev before what lies in it. Sizes and modes are Docker's. */
export function mounts({ network, namespaces, resources, security }: MountedConfig, files: BoundFiles): OciMount[] {
  return [
    namespaces.pid === 'host' ? ofHost('/proc') : mount('proc', '/proc', 'proc', CAUTION),
    mount('tmpfs', '/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    mount('devpts', '/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    ...ipc(namespaces.ipc, resources.shmSizeBytes ?? SHM_SIZE),
    sysfs(network, security.privileged ? 'rw' : 'ro'),
    cgroup(namespaces.cgroup),
    bind(files.resolvConf, '/etc/resolv.conf'),
    bind(files.hostname, '/etc/hostname'),
    bind(files.hosts, '/etc/hosts'),
  ];
}

function ipc(mode: NamespaceModes['ipc'], shmSizeBytes: number): OciMount[] {
  if (mode === 'host') return [ofHost('/dev/shm')];
  const queues = mount('mqueue', '/dev/mqueue', 'mqueue', CAUTION);
  if (mode === 'none') return [queues];
  // launch.json says in whose mounts it lies.
  if (isJoined(mode)) return [ofHost('/dev/shm'), queues];
  return [mount('tmpfs', '/dev/shm', 'shm', [...CAUTION, 'mode=1777', `size=${shmSizeBytes}`]), queues];
}

/** On v1 it is a directory of mounts. */
function cgroup(mode: NamespaceModes['cgroup']): OciMount {
  const path = '/sys/fs/cgroup';
  if (mode === 'host') return mount('bind', path, path, ['rbind', 'rprivate', 'rnosuid', 'rnodev', 'rnoexec', 'rro']);
  return mount('cgroup', path, 'cgroup', ['nosuid', 'noexec', 'nodev', 'relatime', 'ro']);
}

/**
 * The kernel lets a user namespace mount proc, sysfs and mqueue only for namespaces that it owns; in the host's, and in another
 * container's network, the host's own directory is bound, without what is mounted in it.
 */
function ofHost(path: string, access: 'ro' | 'rw' = 'rw'): OciMount {
  return mount('bind', path, path, ['bind', 'rprivate', ...CAUTION, access]);
}

function sysfs(network: NetworkMode, access: 'ro' | 'rw'): OciMount {
  return network === 'host' || isJoined(network) ? ofHost('/sys', 'ro') : mount('sysfs', '/sys', 'sysfs', [...CAUTION, access]);
}

function bind(source: string, destination: string): OciMount {
  return mount('bind', destination, source, ['rbind', 'rprivate']);
}

function mount(type: string, destination: string, source: string, options: readonly string[]): OciMount {
  return { destination, type, source, options };
}
