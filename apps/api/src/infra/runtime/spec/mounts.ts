import type { ContainerConfig } from '../../../domain/containers/container.js';
import type { NetworkMode } from '../../../domain/networks/networks.js';
import type { OciMount } from './oci.js';

/** Files on the host that appear inside by bind mounts; all three belong to the container's root. */
export interface BoundFiles {
  readonly resolvConf: string;
  readonly hosts: string;
  readonly hostname: string;
}

const SHM_SIZE = 64 * 1024 ** 2;

type MountedConfig = Pick<ContainerConfig, 'network' | 'resources' | 'security'>;

/** In mounting order: /dev before what lies in it. Sizes and modes are Docker's. */
export function mounts({ network, resources, security }: MountedConfig, files: BoundFiles): OciMount[] {
  return [
    mount('proc', '/proc', 'proc', ['nosuid', 'noexec', 'nodev']),
    mount('tmpfs', '/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    mount('devpts', '/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    mount('tmpfs', '/dev/shm', 'shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${resources.shmSizeBytes ?? SHM_SIZE}`]),
    mount('mqueue', '/dev/mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']),
    sysfs(network, security.privileged ? 'rw' : 'ro'),
    mount('cgroup', '/sys/fs/cgroup', 'cgroup', ['nosuid', 'noexec', 'nodev', 'relatime', 'ro']),
    bind(files.resolvConf, '/etc/resolv.conf'),
    bind(files.hostname, '/etc/hostname'),
    bind(files.hosts, '/etc/hosts'),
  ];
}

/**
 * The kernel lets a user namespace mount sysfs only over a network namespace that it owns; with the host's network the
 * host's own /sys is bound, without what is mounted in it.
 */
function sysfs(network: NetworkMode, access: 'ro' | 'rw'): OciMount {
  const options = ['nosuid', 'noexec', 'nodev', network === 'host' ? 'ro' : access];
  return network === 'host' ? mount('bind', '/sys', '/sys', ['bind', 'rprivate', ...options]) : mount('sysfs', '/sys', 'sysfs', options);
}

function bind(source: string, destination: string): OciMount {
  return mount('bind', destination, source, ['rbind', 'rprivate']);
}

function mount(type: string, destination: string, source: string, options: readonly string[]): OciMount {
  return { destination, type, source, options };
}
