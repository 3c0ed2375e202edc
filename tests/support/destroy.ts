import { execFile } from 'node:child_process';
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { instanceHash, inventory } from './leaks.js';
import type { Instance } from './server.js';

const run = promisify(execFile);

/**
 * Takes everything of an instance off the host, however its server left it: a failed spec must not disturb the next one.
 * Call it with the server stopped.
 */
export async function destroy(instance: Instance): Promise<void> {
  await clearHost(instance);
  await rm(dirname(instance.root), { recursive: true, force: true });
}

/** All that a power cut takes with it: processes, mounts, interfaces, rules and groups. Files stay. */
export async function clearHost(instance: Instance): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const pids = (await inventory(instance)).filter((line) => line.startsWith('process ')).map((line) => Number(line.split(' ')[1]));
    if (pids.length === 0) break;
    for (const pid of pids) killIfThere(pid);
    await delay(100);
  }
  const left = await inventory(instance);
  for (const path of named(left, 'mount ').reverse()) await quietly('umount', ['-l', path]);
  for (const name of named(left, 'link ')) await quietly('ip', ['link', 'delete', name]);
  for (const name of named(left, 'nft table '))
    for (const family of ['inet', 'ip', 'ip6', 'bridge']) await quietly('nft', ['delete', 'table', family, name]);
  for (const path of named(left, 'cgroup ').reverse()) await rmdir(path).catch(() => undefined);
  for (const path of new Set(named(left, 'cgroup ').flatMap((path) => parentsOf(path, instance)))) await rmdir(path).catch(() => undefined);
}

const named = (lines: readonly string[], kind: string) =>
  lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(kind.length));

/** The instance's own top group, of which `path` is a part. */
function parentsOf(path: string, instance: Instance): string[] {
  const name = `keelson-${instanceHash(instance.root)}.slice`;
  const at = path.indexOf(name);
  return at < 0 ? [] : [path.slice(0, at + name.length)];
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in between.
  }
}

async function quietly(command: string, args: readonly string[]): Promise<void> {
  await run(command, args, { timeout: 10_000 }).catch(() => undefined);
}
