import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const KEELSON = fileURLToPath(new URL('../../../packages/runtime-native/build/Release/keelson-runtime', import.meta.url));
export const RUNC = '/usr/sbin/runc';

const APPLETS = [
  'cut',
  'sh',
  'cat',
  'echo',
  'env',
  'false',
  'grep',
  'hostname',
  'id',
  'kill',
  'ls',
  'mount',
  'ps',
  'sleep',
  'stat',
  'stty',
  'test',
  'touch',
  'true',
  'tty',
  'wc',
];

// biome-ignore lint/suspicious/noExplicitAny: documents of the OCI runtime spec, changed at will.
export type Config = any;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. Its streams are files: what it starts may keep them open and is not waited for. */
export async function command(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Ended> {
  const directory = mkdtempSync('/tmp/oci-io-');
  const [input, output, errors] = ['in', 'out', 'err'].map((name) => join(directory, name)) as [string, string, string];
  writeFileSync(input, options.input ?? '');
  const files = [openSync(input, 'r'), openSync(output, 'w'), openSync(errors, 'w')];
  const child = spawn(program, args, { stdio: files, cwd: options.cwd ?? '/', env: { ...process.env, ...options.env } });
  const timer = setTimeout(() => child.kill('SIGKILL'), 110_000);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  files.forEach(closeSync);
  const ended = { code, stdout: readFileSync(output, 'utf8'), stderr: readFileSync(errors, 'utf8') };
  rmSync(directory, { recursive: true, force: true });
  return ended;
}

/** One OCI runtime with a root of its own and bundles to try it on. */
export class Runtime {
  readonly #work: string;
  readonly #parent: string;
  readonly #ids: string[] = [];

  constructor(readonly program: string) {
    this.#work = mkdtempSync('/tmp/oci-');
    this.#parent = `/oci-test-${process.pid}-${program.split('/').at(-1)}`;
  }

  /** A directory with a busybox root filesystem and the runtime's own template for config.json, changed by `change`. */
  async bundle(args: readonly string[], change: (config: Config) => void = () => {}): Promise<string> {
    const bundle = mkdtempSync(join(this.#work, 'b-'));
    makeRootfs(join(bundle, 'rootfs'));
    const made = await command(this.program, ['spec'], { cwd: bundle });
    if (made.code !== 0) throw new Error(made.stderr);
    const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as Config;
    config.process.terminal = false;
    config.process.args = args;
    config.root.readonly = false;
    config.linux.cgroupsPath = `${this.#parent}/${bundle.split('-').at(-1)}`;
    change(config);
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
    return bundle;
  }

  async act(...args: readonly string[]): Promise<Ended> {
    return this.actWith({}, ...args);
  }

  async actWith(options: { input?: string; env?: NodeJS.ProcessEnv }, ...args: readonly string[]): Promise<Ended> {
    return command(this.program, ['--root', join(this.#work, 'root'), ...args], options);
  }

  /** `create` with an id of its own, which is returned. */
  async create(bundle: string, ...options: readonly string[]): Promise<string> {
    const id = this.newId();
    const made = await this.act('create', '--bundle', bundle, ...options, id);
    if (made.code !== 0) throw new Error(made.stderr);
    return id;
  }

  newId(): string {
    const id = `c${this.#ids.length + 1}`;
    this.#ids.push(id);
    return id;
  }

  async state(id: string): Promise<Config> {
    return JSON.parse((await this.act('state', id)).stdout) as Config;
  }

  path(name: string): string {
    return join(this.#work, name);
  }

  async close(): Promise<void> {
    for (const id of this.#ids) await this.act('delete', '--force', id);
    for (const group of groupsBelow(this.#parent)) rmdirSync(group);
    rmSync(this.#work, { recursive: true, force: true });
  }
}

export function makeRootfs(root: string): void {
  for (const directory of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev']) mkdirSync(join(root, directory), { recursive: true });
  cpSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(join(root, 'bin/no-program'), 'not executable\n');
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
}

/** Directories of a group in the hierarchies that have it. */
export const groupsBelow = (path: string) =>
  ['', ...readdirSync('/sys/fs/cgroup')].map((name) => join('/sys/fs/cgroup', name, path)).filter(existsSync);

export const isCgroupV2 = () => spawnSync('stat', ['-fc', '%T', '/sys/fs/cgroup']).stdout.toString().trim() === 'cgroup2fs';
