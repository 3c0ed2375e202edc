import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home.js';
import { HttpDoor } from './http-door.js';

const PATIENCE_MS = 30_000;
/** As podman 4.3 and dockerd 20.10 both speak it. */
const PREFIX = '/v1.41';
/** Where root has no CAP_SYS_RESOURCE, limits above its own cannot be given. */
const ULIMITS = ['nofile', 'nproc'].map((Name) => ({ Name, Soft: 1024, Hard: 1024 }));

interface Options {
  readonly tty?: boolean;
  readonly binds?: readonly string[];
  readonly logDriver?: string;
}

/** An engine with Docker's REST interface, with roots and a socket of its own. What it was given to run is ended by its pid. */
export abstract class Peer {
  readonly door: HttpDoor;
  private readonly children: ChildProcess[] = [];
  readonly #socket: string;

  constructor(
    readonly name: string,
    protected readonly home: Home,
  ) {
    this.#socket = home.path(`${name}.sock`);
    this.door = new HttpDoor({ socketPath: this.#socket });
  }

  /** Starts it and gives it the image. */
  async open(): Promise<void> {
    await this.prepare();
    this.serve(this.#socket);
    await until(() => this.door.bytes('GET', '/_ping'));
    await this.door.bytes('POST', `${PREFIX}/images/create?fromSrc=-&repo=bench`, this.home.imageTar());
  }

  /** Ends the daemon and starts it again, with a word in between; what it runs goes on. */
  async restart(gone: () => void): Promise<void> {
    const daemon = this.children.pop();
    if (daemon) await ended(daemon);
    gone();
    this.serve(this.#socket);
  }

  async close(): Promise<void> {
    this.door.close();
    for (const child of this.children.reverse()) await ended(child);
    this.clean();
  }

  async create(command: readonly string[], { tty = false, binds = [], logDriver }: Options = {}): Promise<string> {
    const { Id } = await this.door.json<{ Id: string }>('POST', `${PREFIX}/containers/create`, {
      Image: 'bench',
      Cmd: command,
      Tty: tty,
      HostConfig: {
        NetworkMode: 'none',
        Ulimits: ULIMITS,
        CgroupParent: `/${this.home.name}`,
        Binds: binds,
        ...(logDriver && { LogConfig: { Type: logDriver } }),
      },
    });
    return Id;
  }

  start(id: string): Promise<Buffer> {
    return this.door.bytes('POST', `${PREFIX}/containers/${id}/start`);
  }

  wait(id: string): Promise<Buffer> {
    return this.door.bytes('POST', `${PREFIX}/containers/${id}/wait`);
  }

  remove(id: string): Promise<Buffer> {
    return this.door.bytes('DELETE', `${PREFIX}/containers/${id}?force=true`);
  }

  /** Runs a command in a container to its end. */
  async exec(id: string, command: readonly string[]): Promise<void> {
    const wish = { Cmd: command, AttachStdout: true, AttachStderr: true };
    const { Id } = await this.door.json<{ Id: string }>('POST', `${PREFIX}/containers/${id}/exec`, wish);
    await this.door.drain('POST', `${PREFIX}/exec/${Id}/start`, { Detach: false, Tty: false });
  }

  path(rest: string): string {
    return `${PREFIX}${rest}`;
  }

  /** Of its long-running processes. */
  pids(): number[] {
    return this.children.flatMap(({ pid }) => pid ?? []);
  }

  /** What the daemon needs before it starts. */
  protected abstract prepare(): Promise<void>;

  /** Spawns the daemon, which then answers on the socket. */
  protected abstract serve(socket: string): void;

  /** What ended processes leave behind. */
  protected clean(): void {}

  protected spawn(program: string, args: readonly string[]): void {
    this.children.push(spawn(program, args, { stdio: 'ignore' }));
  }
}

export async function until<T>(ask: () => Promise<T>, pauseMs = 50): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(pauseMs);
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exit;
  clearTimeout(timer);
}
