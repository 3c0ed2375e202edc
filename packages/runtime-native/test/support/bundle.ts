import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** First host uid of the containers these tests make, and the owner of their layer. */
export const UID_BASE = 0x70000000;
const LAYER_UID_BASE = 0x7fff0000;
const SUPERVISOR = fileURLToPath(new URL('../../build/Release/keelson-supervisor', import.meta.url));
const PROFILE = fileURLToPath(new URL('../../profiles/default-seccomp.json', import.meta.url));

interface Report {
  ok: boolean;
  pid: number;
  startTicks: number;
  startedAt: string;
  stage: string;
  errno: number;
  detail: string;
}

export interface ExitRecord {
  id: string;
  exitCode: number;
  signal: number;
  oomKilled: boolean;
  startedAt: string;
  finishedAt: string;
  bootId: string;
}

const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
].map((name) => `CAP_${name}`);

/** A directory tree with a busybox layer in which containers are started by the real supervisor, without any server. */
export class Workshop {
  readonly root: string;
  readonly run: string;
  readonly #children: ChildProcess[] = [];
  #next = 1;

  constructor() {
    this.root = mkdtempSync('/tmp/ks-');
    this.run = mkdtempSync('/run/ks-');
    this.#makeLayer();
  }

  #makeLayer() {
    const layer = join(this.root, 'layer');
    for (const directory of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev']) mkdirSync(join(layer, directory), { recursive: true });
    cpSync('/bin/busybox', join(layer, 'bin/busybox'));
    for (const applet of [
      'sh',
      'ls',
      'cat',
      'id',
      'true',
      'false',
      'sleep',
      'hostname',
      'ps',
      'echo',
      'mount',
      'stat',
      'kill',
      'head',
      'tail',
      'dd',
      'seq',
      'stty',
      'tty',
      'wc',
      'nc',
      'ip',
      'test',
      'touch',
      'env',
      'yes',
    ])
      symlinkSync('busybox', join(layer, 'bin', applet));
    writeFileSync(join(layer, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
    for (const path of ['', 'bin', 'bin/busybox', 'etc', 'etc/passwd', 'tmp', 'proc', 'sys', 'dev'])
      chownSync(join(layer, path), LAYER_UID_BASE, LAYER_UID_BASE);
  }

  /** A bundle for one container; `change` edits both documents before they are written. */
  bundle(args: string[], change: (config: Config, launch: Launch) => void = () => {}): Bundle {
    const id = `${process.pid}-${this.#next++}`;
    const directory = join(this.root, id);
    for (const part of ['upper', 'work', 'logs']) mkdirSync(join(directory, part), { recursive: true });
    for (const part of ['upper', 'work']) chownSync(join(directory, part), UID_BASE, UID_BASE);
    const config = defaultConfig(args, `/ks-test-${process.pid}/${id}`);
    const launch: Launch = {
      version: 1,
      id,
      runDir: join(this.run, id),
      rootfs: {
        layers: [join(this.root, 'layer')],
        layerUidBase: LAYER_UID_BASE,
        upper: join(directory, 'upper'),
        work: join(directory, 'work'),
      },
      stdin: 'null',
      log: { dir: join(directory, 'logs') },
      exitFile: join(directory, 'exit.json'),
      network: null,
      ports: [],
    };
    change(config, launch);
    writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
    writeFileSync(join(directory, 'launch.json'), JSON.stringify(launch));
    return { directory, launch };
  }

  /** Starts the supervisor and waits for its report. */
  async start(bundle: Bundle): Promise<Started> {
    const child = spawn(SUPERVISOR, ['--bundle', bundle.directory, '--report-fd', '3'], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    this.#children.push(child);
    const exited = once(child, 'exit').then(() => undefined);
    const lines = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream });
    const [line] = (await once(lines, 'line')) as [string];
    return { report: JSON.parse(line) as Report, supervisor: child, exited, bundle };
  }

  /** Runs to the end; the log's text comes with the exit record. */
  async runToEnd(
    args: string[],
    change?: (config: Config, launch: Launch) => void,
  ): Promise<{ exit: ExitRecord; stdout: string; stderr: string }> {
    const started = await this.start(this.bundle(args, change));
    if (!started.report.ok) throw new Error(`${started.report.stage}: ${started.report.detail}`);
    await started.exited;
    return { exit: readExit(started.bundle), ...readStreams(started.bundle) };
  }

  /** Ends what still runs and removes the directories. */
  async close() {
    for (const child of this.#children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await Promise.all(
      this.#children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined)),
    );
    rmSync(this.root, { recursive: true, force: true });
    rmSync(this.run, { recursive: true, force: true });
    for (const group of testGroups()) rmdirSync(group);
  }
}

/** The parent of these tests' cgroups, in each hierarchy. */
export function testGroups(): string[] {
  const hierarchies = ['', ...readdirSync('/sys/fs/cgroup')];
  return hierarchies.map((hierarchy) => join('/sys/fs/cgroup', hierarchy, `ks-test-${process.pid}`)).filter((group) => existsSync(group));
}

export interface Bundle {
  directory: string;
  launch: Launch;
}

export interface Started {
  report: Report;
  supervisor: ChildProcess;
  exited: Promise<void>;
  bundle: Bundle;
}

export type Config = ReturnType<typeof defaultConfig>;
export interface Launch {
  version: number;
  id: string;
  runDir: string;
  rootfs: { layers: string[]; layerUidBase: number; upper: string; work: string };
  stdin: 'null' | 'open';
  log: { dir: string };
  exitFile: string;
  network: Record<string, unknown> | null;
  ports: Record<string, unknown>[];
}

export function readExit(bundle: Bundle): ExitRecord {
  return JSON.parse(readFileSync(bundle.launch.exitFile, 'utf8')) as ExitRecord;
}

/** What the log holds, by stream; frames as README.md describes them. */
export function readStreams(bundle: Bundle): { stdout: string; stderr: string } {
  const log = readFileSync(join(bundle.launch.log.dir, '000001.log'));
  const text = { 1: '', 2: '' } as Record<number, string>;
  for (let at = 0; at + 16 <= log.length; at += 16 + log.readUInt32LE(at)) {
    text[log.readUInt8(at + 4)] += log.subarray(at + 16, at + 16 + log.readUInt32LE(at)).toString();
  }
  return { stdout: text[1] ?? '', stderr: text[2] ?? '' };
}

function defaultConfig(args: string[], cgroupsPath: string) {
  const caps = [...CAPABILITIES];
  return {
    ociVersion: '1.2.0',
    process: {
      terminal: false,
      consoleSize: { height: 24, width: 80 },
      user: { uid: 0, gid: 0, additionalGids: [] as number[] },
      args,
      env: ['PATH=/bin', 'HOME=/'],
      cwd: '/',
      capabilities: { bounding: caps, effective: caps, permitted: caps },
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 1048576 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: false },
    hostname: 'workshop',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'] },
      { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
      { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'] },
    ] as { destination: string; type: string; source: string; options: string[] }[],
    linux: {
      cgroupsPath,
      namespaces: ['pid', 'mount', 'ipc', 'uts', 'user', 'cgroup', 'network'].map((type) => ({ type })),
      uidMappings: [{ containerID: 0, hostID: UID_BASE, size: 65536 }],
      gidMappings: [{ containerID: 0, hostID: UID_BASE, size: 65536 }],
      devices: ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name, at) => ({
        path: `/dev/${name}`,
        type: 'c',
        major: name === 'tty' ? 5 : 1,
        minor: [3, 5, 7, 8, 9, 0][at],
      })),
      resources: { pids: { limit: 1024 } } as Record<string, unknown>,
      maskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/scsi', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
      seccomp: JSON.parse(readFileSync(PROFILE, 'utf8')) as unknown,
    },
  };
}
