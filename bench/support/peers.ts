import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type Home, unmountBelow } from './home.js';
import { Peer, until } from './peer.js';

/** Debian's dockerd with a containerd of its own: no bridge, no rule, nothing shared with one that the host may run. */
class Dockerd extends Peer {
  protected override async prepare(): Promise<void> {
    const { home } = this;
    const containerd = home.path('containerd.sock');
    writeFileSync(
      home.path('containerd.toml'),
      [
        'version = 2',
        `root = "${home.path('containerd')}"`,
        `state = "${home.path('containerd-run')}"`,
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
        '[grpc]',
        `address = "${containerd}"`,
      ].join('\n'),
    );
    this.spawn('containerd', ['--config', home.path('containerd.toml')]);
    await until(async () => {
      if (!existsSync(containerd)) throw new Error('containerd has no socket');
    });
  }

  protected override serve(socket: string): void {
    const { home } = this;
    const directories = ['--data-root', home.path('docker'), '--exec-root', home.path('docker-run'), '--pidfile', home.path('docker.pid')];
    const apart = [
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--containerd',
      home.path('containerd.sock'),
      '--live-restore',
    ];
    this.spawn('dockerd', ['--host', `unix://${socket}`, ...directories, ...apart]);
  }
}

/** Podman's REST service. Its crun refuses hosts with both kinds of cgroups, so it runs runc, as dockerd does. */
class Podman extends Peer {
  protected override async prepare(): Promise<void> {
    for (const directory of ['podman', 'podman-run', 'podman-tmp']) mkdirSync(this.home.path(directory));
  }

  protected override serve(socket: string): void {
    const { home } = this;
    const directories = ['--root', home.path('podman'), '--runroot', home.path('podman-run'), '--tmpdir', home.path('podman-tmp')];
    const manner = ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'];
    this.spawn('podman', [...directories, ...manner, 'system', 'service', '--time', '0', `unix://${socket}`]);
  }

  protected override clean(): void {
    unmountBelow(this.home.path('podman'));
  }
}

/** Those that this host has; `BENCH_PEERS=` (empty) measures without any. */
export async function openPeers(home: Home): Promise<Peer[]> {
  const wanted = (process.env['BENCH_PEERS'] ?? 'dockerd,podman').split(',');
  const all = [
    { name: 'dockerd', make: () => new Dockerd('dockerd', home), programs: ['dockerd', 'containerd', 'runc'] },
    { name: 'podman', make: () => new Podman('podman', home), programs: ['podman', 'conmon', 'runc'] },
  ];
  const peers: Peer[] = [];
  for (const { name, make, programs } of all) {
    if (!wanted.includes(name) || !programs.every(hasProgram)) continue;
    const peer = make();
    peers.push(peer);
    await peer.open().catch(async (error: unknown) => {
      for (const one of peers) await one.close();
      throw error;
    });
  }
  return peers;
}

/** OCI runtimes that can be run here. crun 1.8 refuses to where some controllers are on the unified hierarchy and some are not. */
export function ociRuntimes(): string[] {
  return ['crun', 'runc'].filter((name) => hasProgram(name) && !(name === 'crun' && isHybrid()));
}

/** One line about who is compared, and who is not. */
export function versions(): string {
  const of = (program: string) => /\d+(\.\d+)+/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0] ?? 'none';
  const crun = isHybrid() ? `${of('crun')} (refuses hosts with hybrid cgroups: left out)` : of('crun');
  return `node ${process.versions.node}, dockerd ${of('dockerd')}, containerd ${of('containerd')}, podman ${of('podman')}, runc ${of('runc')}, crun ${crun}`;
}

function isHybrid(): boolean {
  const controllers = '/sys/fs/cgroup/unified/cgroup.controllers';
  return existsSync(controllers) && spawnSync('cat', [controllers], { encoding: 'utf8' }).stdout.trim() !== '';
}

const hasProgram = (name: string) => spawnSync(name, ['--version']).status === 0;
