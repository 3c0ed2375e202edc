import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT } from './paths.js';
import { freePort } from './ports.js';

const MAIN = join(CHECKOUT, 'apps/api/dist/main.js');
const NODE = join(CHECKOUT, `node_modules/node-linux-${process.arch}/bin/node`);
/** Long, since an emulated machine may be fifteen times slower. */
const START_MS = 240_000;
const STOP_MS = 20_000;
/** What is kept of the server's output, to be shown when something fails. */
const OUTPUT_BOUND = 200_000;

export interface Instance {
  readonly root: string;
  readonly run: string;
  readonly listen: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Directories and a port of an instance. Paths are short: a Unix socket's path has 107 bytes at most. */
export async function newInstance(env: Record<string, string> = {}, below = '/tmp'): Promise<Instance> {
  const home = await mkdtemp(join(below, 'k-'));
  return { root: join(home, 'root'), run: join(home, 'run'), listen: `127.0.0.1:${await freePort()}`, env };
}

/** A real server process, as `npm start` would have started it. */
export class Server {
  private output = '';
  private constructor(
    readonly instance: Instance,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-OUTPUT_BOUND);
      });
  }

  /** Resolves once the server has printed its three lines; rejects with its output when it ends or hangs. */
  static async start(instance: Instance): Promise<Server> {
    const child = spawn(NODE, [MAIN], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
        KEELSON_ROOT: instance.root,
        KEELSON_RUN: instance.run,
        KEELSON_LISTEN: instance.listen,
        ...instance.env,
      },
    });
    const server = new Server(instance, child);
    await server.printed();
    return server;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get baseUrl(): string {
    return `http://${this.instance.listen}`;
  }

  /** Everything the server has said so far, the newest 200 kB of it. */
  get log(): string {
    return this.output;
  }

  /** The one-time link of the first administrator. */
  get signInLink(): string {
    const [, link] = addresses(this.output);
    if (link === undefined) throw new Error(`the server printed no sign-in link:\n${this.output}`);
    return link;
  }

  token(): Promise<string> {
    return readFile(join(this.instance.root, 'admin-token'), 'utf8').then((text) => text.trim());
  }

  /** SIGTERM, and SIGKILL with an error when that was not enough. Containers go on. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** As when native code of the addon reads where nothing is. */
  async segfault(): Promise<void> {
    await this.end('SIGSEGV');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    const [code, killedBy] = await exited;
    clearTimeout(timer);
    if (signal === 'SIGTERM' && killedBy === 'SIGKILL') throw new Error(`the server did not stop within ${STOP_MS} ms:\n${this.output}`);
    return code;
  }

  private async printed(): Promise<void> {
    const deadline = AbortSignal.timeout(START_MS);
    try {
      while (!complete(this.output)) await this.moreOutput(deadline);
    } catch (error) {
      this.child.kill('SIGKILL');
      throw new Error(`the server did not start: ${error instanceof Error ? error.message : error}\n${this.output}`);
    }
  }

  private moreOutput(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.child.stdout?.off('data', said);
        this.child.off('exit', ended);
        signal.removeEventListener('abort', late);
        act();
      };
      const said = () => settle(resolve);
      const ended = (code: number | null) => settle(() => reject(new Error(`it ended with status ${code}`)));
      const late = () => settle(() => reject(new Error(`it printed no address within ${START_MS} ms`)));
      this.child.stdout?.once('data', said);
      this.child.once('exit', ended);
      signal.addEventListener('abort', late, { once: true });
      if (this.child.exitCode !== null) ended(this.child.exitCode);
      if (signal.aborted) late();
    });
  }
}

/** The dashboard's address, the one-time link and the path of the Docker socket, each on a line of its own. */
function complete(output: string): boolean {
  return addresses(output).length >= 1 && /\S*\.sock\s*$/m.test(output);
}

function addresses(output: string): string[] {
  return [...output.matchAll(/https?:\/\/\S+/g)].map(([address]) => address);
}
