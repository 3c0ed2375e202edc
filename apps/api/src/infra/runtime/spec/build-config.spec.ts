import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../domain/containers/container.js';
import { OWN_NAMESPACES } from '../../../domain/containers/namespaces.js';
import type { Resources } from '../../../domain/containers/resources.js';
import { containerRecord } from '../../../testing/container-record.js';
import { NO_VENDOR_EDITS } from '../../cdi/vendor-edits.js';
import { containerPaths } from '../container-paths.js';
import { buildConfig } from './build-config.js';

const PATHS = containerPaths({ root: '/var/lib/keelson', run: '/run/keelson' }, 'a'.repeat(64));
const ROOT_USER = { uid: 0, gid: 0, additionalGids: [0], home: '/root' };
const SECCOMP = { defaultAction: 'SCMP_ACT_ERRNO' };

function configOf(config: Partial<ContainerConfig> = {}, uidBase = 0x7000_0000, joinedPid: number | null = null, vendor = NO_VENDOR_EDITS) {
  return buildConfig(containerRecord({ config, uidBase }), {
    user: ROOT_USER,
    paths: PATHS,
    seccomp: SECCOMP,
    devices: new Map([['/dev/sda', { type: 'block', major: 8, minor: 16, mode: 0o660, gid: 6, partitionOf: null, bfq: true }]]),
    init: '/opt/keelson/keelson-init',
    joinedPid,
    joined: {},
    vendor,
    hostMaskedPaths: ['/sys/own'],
  });
}

const resourcesOf = (resources: Resources) => configOf({ resources }).linux.resources;

describe('what a user mounts', () => {
  it('comes after everything else, a bind mount with its owners mapped and read-only throughout', () => {
    const mounts = configOf({
      init: true,
      mounts: [
        { type: 'bind', source: '/srv/a', target: '/a/b', readOnly: true, recursive: true, propagation: 'rslave' },
        { type: 'tmpfs', target: '/a', sizeBytes: 4096, mode: '0700', exec: false, readOnly: false },
      ],
    }).mounts.slice(-3);
    expect(mounts).toEqual([
      {
        destination: '/dev/init',
        type: 'bind',
        source: '/opt/keelson/keelson-init',
        options: ['bind', 'rprivate', 'ro', 'nosuid', 'nodev'],
      },
      { destination: '/a', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', 'mode=0700', 'size=4096'] },
      { destination: '/a/b', type: 'bind', source: '/srv/a', options: ['rbind', 'rslave', 'rnosuid', 'rnodev', 'ridmap', 'rro'] },
    ]);
  });

  it('starts the program below a process 1 of ours where asked to', () => {
    expect(configOf({ command: ['sleep', '1'], init: true }).process.args).toEqual(['/dev/init', '--', 'sleep', '1']);
    expect(configOf({ command: ['sleep', '1'] }).process.args).toEqual(['sleep', '1']);
  });
});

describe('one limit in, one field out', () => {
  it.each<[string, Resources, object]>([
    ['memoryBytes with twice as much memory and swap', { memoryBytes: 64 << 20 }, { memory: { limit: 64 << 20, swap: 128 << 20 } }],
    ['memorySwapBytes', { memoryBytes: 64 << 20, memorySwapBytes: 96 << 20 }, { memory: { limit: 64 << 20, swap: 96 << 20 } }],
    ['unlimited swap', { memoryBytes: 64 << 20, memorySwapBytes: -1 }, { memory: { limit: 64 << 20, swap: -1 } }],
    ['cpus as a quota over 100 ms', { cpus: 1.5 }, { cpu: { quota: 150_000, period: 100_000 } }],
    ['a tiny share of a CPU as the smallest quota', { cpus: 0.001 }, { cpu: { quota: 1000, period: 100_000 } }],
    ['cpuShares', { cpuShares: 512 }, { cpu: { shares: 512 } }],
    ['cpusetCpus', { cpusetCpus: '0-1' }, { cpu: { cpus: '0-1' } }],
    ['a reservation alone', { memoryReservationBytes: 8 << 20 }, { memory: { reservation: 8 << 20 } }],
    ['memorySwappiness', { memorySwappiness: 0 }, { memory: { swappiness: 0 } }],
    ['quota and period', { cpuQuotaMicros: 5000, cpuPeriodMicros: 20_000 }, { cpu: { quota: 5000, period: 20_000 } }],
    ['cpusetMems', { cpusetMems: '0' }, { cpu: { mems: '0' } }],
    ['hugePages', { hugePages: [{ pageSize: '2MB', limitBytes: 4 << 20 }] }, { hugepageLimits: [{ pageSize: '2MB', limit: 4 << 20 }] }],
    ['ioWeight', { ioWeight: 10 }, { blockIO: { weight: 10 } }],
    [
      'ioWeightDevices',
      { ioWeightDevices: [{ path: '/dev/sda', weight: 10 }] },
      { blockIO: { weightDevice: [{ major: 8, minor: 16, weight: 10 }] } },
    ],
    ...(
      [
        ['ioReadBps', 'throttleReadBpsDevice'],
        ['ioWriteBps', 'throttleWriteBpsDevice'],
        ['ioReadIops', 'throttleReadIOPSDevice'],
        ['ioWriteIops', 'throttleWriteIOPSDevice'],
      ] as const
    ).map(([field, oci]): [string, Resources, object] => [
      field,
      { [field]: [{ path: '/dev/sda', rate: 7 }] },
      { blockIO: { [oci]: [{ major: 8, minor: 16, rate: 7 }] } },
    ]),
    ['pidsLimit', { pidsLimit: 20 }, { pids: { limit: 20 } }],
    ['unlimited pids', { pidsLimit: -1 }, { pids: { limit: -1 } }],
  ])('writes %s', (_what, wanted, expected) => {
    const { devices, ...limits } = resourcesOf(wanted);
    expect(limits).toEqual({ pids: { limit: 1024 }, ...expected });
    expect(devices[0]).toEqual({ allow: false, access: 'rwm' });
  });

  it('gives 1024 pids and no other limit where nothing was asked for', () => {
    const { devices: _, ...limits } = resourcesOf({});
    expect(limits).toEqual({ pids: { limit: 1024 } });
  });
});

describe('the process', () => {
  it('gets command, directory and terminal as they were asked for', () => {
    const { process } = configOf({ command: ['echo', 'hi'], workingDir: '/srv', tty: true });
    expect(process).toMatchObject({ args: ['echo', 'hi'], cwd: '/srv', terminal: true });
    expect(process.env).toContain('TERM=xterm');
  });

  it('gets PATH, HOSTNAME and HOME, and no TERM without a terminal', () => {
    expect(configOf().process.env).toEqual([
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOSTNAME=box',
      'HOME=/root',
    ]);
  });

  it('lets the own environment win, the last entry of a name, and drops what is no assignment', () => {
    const { env } = configOf({ env: ['PATH=/bin', 'A=1', 'HOME', '=x', '*', 'A=2=3', 'HOME=/srv'] }).process;
    expect(env).toEqual(['PATH=/bin', 'HOSTNAME=box', 'HOME=/srv', 'A=2=3']);
  });

  it('has eleven capabilities in three sets, none inherited, and no new privileges', () => {
    const { capabilities, noNewPrivileges } = configOf().process;
    expect(capabilities.bounding).toHaveLength(11);
    expect(capabilities.effective).toEqual(capabilities.bounding);
    expect(capabilities.permitted).toEqual(capabilities.bounding);
    expect([...capabilities.inheritable, ...capabilities.ambient]).toEqual([]);
    expect(capabilities.bounding).not.toContain('CAP_NET_RAW');
    expect(noNewPrivileges).toBe(true);
  });

  it('may leave no core file', () => {
    expect(configOf().process.rlimits).toContainEqual({ type: 'RLIMIT_CORE', soft: 0, hard: 0 });
  });
});

describe('limits of the process and its mounts', () => {
  const ulimits = [
    { name: 'nofile', soft: 64, hard: 128 },
    { name: 'memlock', soft: -1 },
  ];
  it('puts an own ulimit in the place of the default one', () => {
    expect(configOf({ resources: { ulimits } }).process.rlimits).toEqual([
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
      { type: 'RLIMIT_NOFILE', soft: 64, hard: 128 },
      { type: 'RLIMIT_MEMLOCK', soft: -1, hard: -1 },
    ]);
  });

  it('carries the oom score where one was asked for', () => {
    expect(configOf({ resources: { oomScoreAdj: -5 } }).process.oomScoreAdj).toBe(-5);
    expect('oomScoreAdj' in configOf().process).toBe(false);
  });

  it.each([
    [{}, 'size=67108864'],
    [{ shmSizeBytes: 4096 }, 'size=4096'],
  ])('sizes /dev/shm: %o', (resources, size) => {
    expect(configOf({ resources }).mounts.find(({ destination }) => destination === '/dev/shm')?.options).toContain(size);
  });

  it('lets own sysctls win over the defaults', () => {
    const sysctls = { 'net.ipv4.ip_unprivileged_port_start': '1024', 'kernel.sem': '1 2 3 4' };
    expect(configOf({ network: 'none', sysctls }).linux.sysctl).toEqual({ 'net.ipv4.ping_group_range': '0 65535', ...sysctls });
  });
});

describe('devices of the host', () => {
  const devices = [{ hostPath: '/dev/sda', containerPath: '/dev/disk', permissions: 'r' }];

  it('get a node of the container’s root and a rule, after everything was denied', () => {
    const { linux } = configOf({ devices, deviceRules: ['c 10:* rw', 'a *:* m'] });
    const node = { path: '/dev/disk', type: 'b', major: 8, minor: 16, fileMode: 0o660, uid: 0, gid: 6 };
    expect(linux.devices.at(-1)).toEqual(node);
    expect(linux.resources.devices[0]).toEqual({ allow: false, access: 'rwm' });
    expect(linux.resources.devices.slice(-3)).toEqual([
      { allow: true, type: 'b', major: 8, minor: 16, access: 'r' },
      { allow: true, type: 'c', major: 10, access: 'rw' },
      { allow: true, type: 'a', access: 'm' },
    ]);
  });
});

describe('the walls', () => {
  const types = (config: Partial<ContainerConfig>) => configOf(config).linux.namespaces.map(({ type }) => type);

  it.each(['bridge', 'none'] as const)('has seven new namespaces in mode %s', (network) => {
    expect(types({ network }).sort()).toEqual(['cgroup', 'ipc', 'mount', 'network', 'pid', 'user', 'uts']);
  });

  it('keeps the network of the host in host mode, and sets none of its sysctls', () => {
    expect(types({ network: 'host' })).not.toContain('network');
    expect(configOf({ network: 'host' }).linux.sysctl).toEqual({});
  });

  it('maps the whole block of ids from 0 on', () => {
    const { uidMappings, gidMappings } = configOf({}, 0x7001_0000).linux;
    expect(uidMappings).toEqual([{ containerID: 0, hostID: 0x7001_0000, size: 65_536 }]);
    expect(gidMappings).toEqual(uidMappings);
  });

  it('passes the seccomp profile on and masks what only this host has', () => {
    const { linux } = configOf();
    expect(linux.seccomp).toBe(SECCOMP);
    expect(linux.maskedPaths).toEqual(expect.arrayContaining(['/proc/kcore', '/proc/kallsyms', '/sys/firmware', '/sys/own']));
    expect(linux.readonlyPaths).toEqual(['/proc/bus', '/proc/fs', '/proc/irq', '/proc/pressure', '/proc/sys', '/proc/sysrq-trigger']);
  });

  it('allows the nodes of a default /dev and the making of none', () => {
    const { devices, resources } = configOf().linux;
    expect(devices.map(({ path }) => path)).toEqual(['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom', '/dev/tty']);
    expect(resources.devices.filter(({ allow }) => allow).every(({ access }) => access === 'rw')).toBe(true);
  });
});

describe('namespaces of others', () => {
  const host = (kinds: Partial<ContainerConfig['namespaces']>) => configOf({ namespaces: { ...OWN_NAMESPACES, ...kinds } });

  it('of the host are left out, and their directories are the host’s', () => {
    const { linux, mounts, hostname } = host({ pid: 'host', ipc: 'host', uts: 'host' });
    expect(linux.namespaces.map(({ type }) => type)).toEqual(['user', 'mount', 'cgroup', 'network']);
    expect(mounts.filter(({ type }) => type === 'bind').map(({ source }) => source)).toEqual(expect.arrayContaining(['/proc', '/dev/shm']));
    expect(mounts.map(({ destination }) => destination)).not.toContain('/dev/mqueue');
    expect(hostname).toBe('');
  });

  it('of another container’s network are joined by its process 1, and its settings are left alone', () => {
    const { linux, mounts } = configOf({ network: `container:${'b'.repeat(64)}` }, 0x7000_0000, 77);
    expect(linux.namespaces).toContainEqual({ type: 'network', path: '/proc/77/ns/net' });
    expect(linux.sysctl).toEqual({});
    expect(mounts.find(({ destination }) => destination === '/sys')).toMatchObject({ type: 'bind', source: '/sys' });
  });
});

describe('the mounts', () => {
  const mountsOf = (config: Partial<ContainerConfig> = {}) => configOf(config).mounts;

  it('are those of Docker, /dev before what lies in it', () => {
    expect(mountsOf().map(({ destination, type }) => `${destination} ${type}`)).toEqual([
      '/proc proc',
      '/dev tmpfs',
      '/dev/pts devpts',
      '/dev/shm tmpfs',
      '/dev/mqueue mqueue',
      '/sys sysfs',
      '/sys/fs/cgroup cgroup',
      '/etc/resolv.conf bind',
      '/etc/hostname bind',
      '/etc/hosts bind',
    ]);
  });

  it('show kernel settings and cgroups read-only', () => {
    for (const path of ['/sys', '/sys/fs/cgroup']) {
      expect(mountsOf().find(({ destination }) => destination === path)?.options).toContain('ro');
    }
  });

  it('bind the host’s sysfs, read-only, where the network is the host’s', () => {
    const sys = mountsOf({ network: 'host' }).find(({ destination }) => destination === '/sys');
    expect(sys).toMatchObject({ type: 'bind', source: '/sys', options: expect.arrayContaining(['bind', 'ro']) });
  });

  it('take the name files from the directory of the container', () => {
    const sources = mountsOf().filter(({ type }) => type === 'bind');
    expect(sources.every(({ source }) => source.startsWith(`${PATHS.home}/`))).toBe(true);
    expect(sources[0]?.options).toEqual(['rbind', 'rprivate']);
  });
});
