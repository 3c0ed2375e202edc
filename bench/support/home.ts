import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { namingDirectory } from './processes.js';

const PROGRAMS = ['sh', 'true', 'echo', 'sleep', 'cat', 'base64', 'chmod', 'touch'];

/** Everything of one benchmark on this host lies in this directory and in cgroups of its name. */
export class Home {
  readonly directory = mkdtempSync(join(tmpdir(), 'kb-'));
  readonly name = basename(this.directory);
  #layer: string | undefined;
  #tar: Buffer | undefined;

  path(name: string): string {
    return join(this.directory, name);
  }

  /** A root filesystem of busybox. */
  layer(): string {
    if (this.#layer !== undefined) return this.#layer;
    const layer = this.path('layer');
    this.#layer = layer;
    for (const directory of ['bin', 'proc', 'sys', 'dev', 'tmp', 'etc'])
      mkdirSync(join(layer, directory), { recursive: true, mode: 0o755 });
    cpSync('/bin/busybox', join(layer, 'bin/busybox'));
    for (const program of PROGRAMS) symlinkSync('busybox', join(layer, 'bin', program));
    execFileSync('chmod', ['755', this.directory, layer]);
    return layer;
  }

  imageTar(): Buffer {
    this.#tar ??= execFileSync('tar', ['-C', this.layer(), '-cf', '-', '.'], { maxBuffer: 64 * 1024 * 1024 });
    return this.#tar;
  }

  /** A C or C++ program beside its benchmark. */
  compiled(source: string): string {
    const program = this.path(basename(source).replace(/\.\w+$/, ''));
    const cpp = source.endsWith('.cc');
    execFileSync(cpp ? 'g++' : 'gcc', ['-O2', '-static', '-s', ...(cpp ? ['-std=c++20'] : []), '-o', program, source]);
    return program;
  }

  async remove(): Promise<void> {
    // Podman's monitors stay for minutes after what they have watched.
    for (const pid of namingDirectory(this.directory)) killIfThere(pid);
    unmountBelow(this.directory);
    for (let tries = 0; tries < 20 && !removedGroups(this.name); tries++) await delay(100);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in between.
  }
}

/** By exact path, from the innermost out. */
export function unmountBelow(directory: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.reverse()) if (mount.startsWith(`${directory}/`)) spawnSync('umount', ['-l', mount]);
}

/** The groups that peers have made under our name, in whichever hierarchies there are. True once there is none. */
function removedGroups(name: string): boolean {
  const base = '/sys/fs/cgroup';
  const gone = [base, ...readdirSync(base).map((one) => join(base, one))].map((hierarchy) => removed(join(hierarchy, name)));
  return gone.every(Boolean);
}

function removed(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) if (entry.isDirectory()) removed(join(group, entry.name));
    rmdirSync(group);
    return true;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
