import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  attach,
  clearLog,
  controlState,
  exec,
  type ProcessStreams,
  pause,
  RuntimeError,
  signal,
  unpause,
  update,
  watch,
} from '../../lib/index.js';
import { type Bundle, testGroups, type Workshop } from '../support/bundle.js';
import { type Reached, readTrace } from './trace.js';

const SUPERVISOR = fileURLToPath(new URL('../../build/Release/keelson-supervisor-faults', import.meta.url));
/** Nothing that a fault does may take longer. */
const PATIENCE_MS = 20_000;

/** What one life of a container under one fault has shown; `complaints` is empty when it was clean. */
export interface Life {
  readonly fault: string;
  readonly reached: readonly Reached[];
  readonly struck: boolean;
  /** How the fault was told: the stage of the error; empty where it was not needed for anything that was asked. */
  readonly told: string;
  /** What confines the workload, as the kernel says; empty where none was started. */
  readonly walls: string;
  readonly complaints: readonly string[];
}

interface Report {
  readonly ok: boolean;
  readonly pid: number;
  readonly stage: string;
  readonly errno: number;
  readonly detail: string;
}

/** One place where containers live one after another, each under another fault. */
export class Scene {
  readonly #bundle: Bundle;
  readonly #link: string;
  readonly #trace: string;
  readonly #first: ReadonlySet<string>;

  constructor(
    workshop: Workshop,
    readonly bridge: string,
    readonly port: number,
    lane: number,
  ) {
    this.#link = `${bridge}v${lane}`;
    this.#bundle = workshop.bundle(['sh', '-c', 'seq 1 40000; nc -lk -p 80 -e cat & exec sleep 1000'], (config, launch) => {
      config.linux.resources = { pids: { limit: 64 }, memory: { limit: 128 << 20 }, cpu: { shares: 512 } };
      Object.assign(launch.log, { maxBytes: 128 * 1024, maxFiles: 2 });
      launch.stdin = 'open';
      launch.network = {
        mode: 'bridge',
        bridge,
        hostInterface: this.#link,
        containerInterface: 'eth0',
        mac: `02:00:00:00:00:0${lane}`,
        mtu: 1500,
        addresses: [`10.213.77.${lane + 10}/24`],
        gateways: ['10.213.77.1'],
      };
      launch.ports = [
        { hostAddress: '127.0.0.1', hostPort: port, containerAddress: `10.213.77.${lane + 10}`, containerPort: 80, protocol: 'tcp' },
      ];
    });
    this.#trace = join(this.#bundle.directory, '..', `trace-${lane}`);
    this.#first = new Set(filesBelow(this.#bundle.directory));
  }

  /** A whole life: start, exec, terminal, pause, change, log, end. Where the start fails, it is over there. */
  async live(fault = ''): Promise<Life> {
    rmSync(this.#trace, { force: true });
    rmSync(this.#bundle.launch.exitFile, { force: true });
    const complaints: string[] = [];
    const child = spawn(SUPERVISOR, ['--bundle', this.#bundle.directory, '--report-fd', '3'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { KEELSON_FAULT_TRACE: this.#trace, ...(fault !== '' && { KEELSON_FAULT: fault }) },
    });
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    let words = '';
    child.stderr?.on('data', (bytes) => {
      words += bytes;
    });
    const report = await firstLine(child.stdio[3] as NodeJS.ReadableStream);
    const walls = report?.ok ? wallsOf(report.pid, complaints) : '';
    let told = '';
    if (report?.ok) told = await this.#use(child.pid ?? 0, complaints);
    else if (report) told = nameOf(report, complaints);
    const overdue = setTimeout(() => {
      complaints.push('the supervisor does not end');
      child.kill('SIGKILL');
    }, PATIENCE_MS);
    const [code, by] = await ended;
    clearTimeout(overdue);
    const reached = readTrace(this.#trace);
    const struck = reached.some((one) => one.struck);
    if (reached.length === 0) complaints.push(`the supervisor reached nothing and ended with ${by ?? code}: ${words}`);
    else if (fault.endsWith('kill9')) complaints.length = 0;
    else if (by !== null) complaints.push(`the supervisor was ended by ${by}`);
    else if (!report && words === '') complaints.push(`the supervisor said nothing and ended with ${code}`);
    if (report?.ok && code === 0) this.#checkRecord(complaints);
    return { fault, reached, struck, told: told || words, walls, complaints };
  }

  /** What a life has left on the host. The kernel takes an interface away some time after the last process of its namespace. */
  async left(): Promise<string[]> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = this.#leftNow();
      if (found.length === 0 || Date.now() > end || !found.some((line) => /^(interface|process)/.test(line))) return found;
      await delay(10);
    }
  }

  /** What a server does after a supervisor was killed: the group's processes end, what is frozen goes on to die, set aside directories are nobody's. */
  async sweep(): Promise<void> {
    const { id, runDir } = this.#bundle.launch;
    const groups = testGroups().map((parent) => join(parent, id));
    // All of them each time: what is to end in one is frozen by another.
    await within(
      until(async () => groups.map(endGroup).every(Boolean)),
      "the end of a killed supervisor's container",
    );
    for (const name of readdirSync(join(runDir, '..')))
      if (name.startsWith(`${id}.`)) rmSync(join(runDir, '..', name), { recursive: true });
  }

  #leftNow(): string[] {
    const { id, runDir } = this.#bundle.launch;
    const runs = readdirSync(join(runDir, '..')).filter((name) => name === id || name.startsWith(`${id}.`));
    const groups = testGroups().flatMap((parent) =>
      readdirSync(parent)
        .filter((name) => name === id)
        .map((name) => join(parent, name)),
    );
    const files = filesBelow(this.#bundle.directory).filter(
      (name) => !this.#first.has(name) && !/^(logs\/\d{6}\.(log|idx)|exit\.json|work\/work|upper\/.*)$/.test(name),
    );
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.#bundle.directory) || line.includes(runDir));
    return [
      ...runs.map((name) => `run directory ${name}`),
      ...groups.map((name) => `cgroup ${name}`),
      ...files.map((name) => `file ${name}`),
      ...mounts.map((line) => `mount ${line}`),
      ...(existsSync(`/sys/class/net/${this.#link}`) ? [`interface ${this.#link}`] : []),
      ...processesOf(this.#bundle.directory).map((pid) => `process ${pid}`),
    ];
  }

  async #use(supervisor: number, complaints: string[]): Promise<string> {
    const control = join(this.#bundle.launch.runDir, 'ctl');
    let told = '';
    const step = async (what: string, act: () => Promise<unknown>) => {
      try {
        await within(act(), what);
      } catch (error) {
        if (!(error instanceof RuntimeError)) complaints.push(`${what}: ${error}`);
        else if (error.code === 'CONTROL_TIMEOUT' || (error.code === 'RUNTIME_FAILED' && error.stage === ''))
          complaints.push(`${what}: ${error.code} ${error.message}`);
        else told ||= `${what}: ${error.code === 'RUNTIME_FAILED' ? error.stage : error.code}`;
      }
    };
    const open = () => readdirSync(`/proc/${supervisor}/fd`).length;
    let exit: Promise<unknown> = Promise.resolve();
    await step('watch', async () => {
      exit = (await watch(control)).exit;
    });
    await step('attach', async () => (await attach(control, { stdin: true })).close());
    await step('state', () => controlState(control));
    let before = 0;
    await step('descriptors', async () => {
      before = open();
    });
    await step('exec', async () => drain(await exec(control, command(['sh', '-c', 'echo out; cat; exit 3']), { stdin: true })));
    await step('exec with a terminal', async () =>
      drain(await exec(control, command(['tty'], { terminal: true, consoleSize: { height: 9, width: 9 } }), { stdin: true })),
    );
    await step('a published port', () => echo(this.port));
    await step('pause', () => pause(control));
    await step('unpause', () => unpause(control));
    await step('update', () =>
      update(control, {
        change: {
          resources: { pids: { limit: 99 } },
          rlimits: [{ type: 'RLIMIT_NOFILE', soft: 99, hard: 999 }],
          oomScoreAdj: 9,
          shmSizeBytes: 1 << 20,
        },
        undo: {},
      }),
    );
    await step('clear-log', () => clearLog(control));
    await step('descriptors left open', () =>
      until(async () =>
        controlState(control).then(
          () => open() <= before,
          () => true,
        ),
      ),
    );
    await step('signal', () => signal(control, 9));
    // Where the order itself was what failed, or the one to let it go on.
    const insist = () => unpause(control).then(() => signal(control, 9));
    const again = setInterval(() => void insist().catch(() => undefined), 1000);
    await step('the end', async () => exit);
    await step('the end of the supervisor', () =>
      until(async () => !existsSync(`/proc/${supervisor}/exe`) || readFileSync(`/proc/${supervisor}/stat`, 'utf8').includes(') Z ')),
    );
    clearInterval(again);
    return told;
  }

  /** A record may be missing where the disk refused it; it is never a wrong one. */
  #checkRecord(complaints: string[]) {
    if (!existsSync(this.#bundle.launch.exitFile)) return;
    const { exitCode } = JSON.parse(readFileSync(this.#bundle.launch.exitFile, 'utf8')) as { exitCode: number };
    if (exitCode !== 137) complaints.push(`the record says ${exitCode}`);
  }
}

function nameOf({ stage, errno, detail }: Report, complaints: string[]): string {
  if (stage === '' || stage === 'internal' || detail === '') complaints.push(`an error without a name: ${stage} ${errno} ${detail}`);
  return `${stage}: ${detail}`;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<Report | null> {
  const lines = createInterface({ input: stream });
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  lines.close();
  return line === undefined ? null : (JSON.parse(line as string) as Report);
}

async function drain(streams: ProcessStreams): Promise<void> {
  streams.resize(10, 20);
  streams.closeStdin();
  for await (const _ of streams.output);
  await streams.exit;
}

const command = (args: string[], more: object = {}) => ({
  args,
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  terminal: false,
  noNewPrivileges: true,
  ...more,
});

/** Whatever comes back, or nothing: the container may not listen yet. */
function echo(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).on('close', () => resolve());
  socket.end('x');
  socket.resume();
  return promise;
}

async function within(work: Promise<unknown>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} takes more than ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function until(satisfied: () => Promise<boolean>): Promise<void> {
  while (!(await satisfied())) await delay(10);
}

/** Ids, capabilities, filters, mounts and limits of a process; what differs from one start to the next is left out. */
function wallsOf(pid: number, complaints: string[]): string {
  const about = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  try {
    const status = about('status').match(/^(Uid|Gid|Groups|Cap\w+|NoNewPrivs|Seccomp):.*$/gm) ?? [];
    const mounts = about('mountinfo')
      .split('\n')
      .map((line) => line.split(' ').slice(4, 6).join(' '));
    return [...status, ...mounts, about('limits'), about('cgroup').replace(/[^/]*$/gm, ''), about('oom_score_adj')].join('\n');
  } catch {
    complaints.push('the container is gone at once');
    return '';
  }
}

/** True once it is gone. */
function endGroup(group: string): boolean {
  if (!existsSync(group)) return true;
  try {
    for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n'))
      if (Number(pid) > 1) process.kill(Number(pid), 'SIGKILL');
    for (const file of ['freezer.state', 'cgroup.freeze'])
      if (existsSync(join(group, file))) writeFileSync(join(group, file), file === 'freezer.state' ? 'THAWED' : '0');
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}

const filesBelow = (directory: string) => readdirSync(directory, { recursive: true }) as string[];

/** By command line: also a child that has not become the workload yet. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
}
