import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Instance } from './server.js';

const run = promisify(execFile);
/** A supervisor lets its clients drain for a bounded time before it goes; the kernel frees a network namespace a little later. */
const SETTLE_MS = 10_000;

/** The names that belong to one instance start or continue with this: 8 hex digits of the root's SHA-256. */
export const instanceHash = (root: string) => createHash('sha256').update(root).digest('hex').slice(0, 8);

/** One line for each thing of an instance that the host holds, sorted. */
export async function inventory(instance: Instance): Promise<string[]> {
  const found = await Promise.all([
    processes(instance),
    mounts(instance),
    cgroups(instance),
    links(instance),
    ruleElements(instance),
    loopDevices(instance),
    entries('container directory', join(instance.root, 'containers')),
    entries('run directory', join(instance.run, 'c')),
  ]);
  return found.flat().sort();
}

/** Waits until the instance holds no more than `before`; fails naming what is left. */
export async function expectNothingLeft(instance: Instance, before: readonly string[]): Promise<void> {
  const known = new Set(before);
  const end = Date.now() + SETTLE_MS;
  for (;;) {
    const left = (await inventory(instance)).filter((line) => !known.has(line));
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`left behind by ${instance.root}:\n${left.join('\n')}`);
    await delay(100);
  }
}

/** Processes whose command line or cgroup names the instance, the server itself included. */
async function processes(instance: Instance): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const [command, groups] = await Promise.all([quietly(`/proc/${pid}/cmdline`), quietly(`/proc/${pid}/cgroup`)]);
      const ours = mentions(instance, command) || groups.includes(instanceHash(instance.root));
      return ours ? [`process ${pid} ${command.replaceAll('\0', ' ').slice(0, 200)}`] : [];
    }),
  );
  return lines.flat();
}

async function mounts(instance: Instance): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .split('\n')
    .filter((line) => mentions(instance, line))
    .map((line) => `mount ${line.split(' ')[4]}`);
}

/** Groups below the instance's own parent, in the one tree of v2 or in each of v1. */
async function cgroups(instance: Instance): Promise<string[]> {
  const top = '/sys/fs/cgroup';
  const trees = (await readdir(top, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => join(top, name));
  const parents = [...new Set([top, ...trees].map((tree) => join(tree, `keelson-${instanceHash(instance.root)}.slice`)))];
  const found = await Promise.all(parents.map(groupsBelow));
  return found.flat().map((path) => `cgroup ${path}`);
}

async function groupsBelow(path: string): Promise<string[]> {
  const children = await readdir(path, { withFileTypes: true }).catch(() => []);
  const deeper = await Promise.all(children.filter((entry) => entry.isDirectory()).map(({ name }) => groupsBelow(join(path, name))));
  return [...children.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name)), ...deeper.flat()];
}

/** Loop devices whose file belongs to the instance. */
async function loopDevices(instance: Instance): Promise<string[]> {
  const names = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(names.map((name) => quietly(`/sys/block/${name}/loop/backing_file`)));
  return names.flatMap((name, at) => (mentions(instance, files[at] ?? '') ? [`loop device ${name}`] : []));
}

/** Bridge and veths: their names carry the hash's beginning, or they are ports of a bridge whose name does. */
async function links(instance: Instance): Promise<string[]> {
  const { stdout } = await run('ip', ['-json', 'link', 'show'], { timeout: 10_000 });
  const all: { ifname: string; master?: string }[] = JSON.parse(stdout);
  const short = instanceHash(instance.root).slice(0, 6);
  return all.filter(({ ifname, master = '' }) => ifname.includes(short) || master.includes(short)).map(({ ifname }) => `link ${ifname}`);
}

/** Elements of sets and maps in the instance's table, and its rules. */
async function ruleElements(instance: Instance): Promise<string[]> {
  const { stdout } = await run('nft', ['-j', 'list', 'ruleset'], { timeout: 10_000, maxBuffer: 64 * 1024 * 1024 }).catch(() => ({
    stdout: '{"nftables":[]}',
  }));
  const { nftables }: { nftables: Record<string, NftObject>[] } = JSON.parse(stdout);
  const hash = instanceHash(instance.root);
  return nftables
    .flatMap((object) => Object.entries(object))
    .filter(([, { table, name }]) => (table ?? name ?? '').includes(hash))
    .flatMap(([kind, object]) => describe(kind, object));
}

interface NftObject {
  readonly table?: string;
  readonly name?: string;
  readonly handle?: number;
  readonly elem?: readonly unknown[];
}

function describe(kind: string, { name = '', handle = 0, elem = [] }: NftObject): string[] {
  const itself = `nft ${kind} ${name || handle}`;
  return [itself, ...elem.map((element) => `nft element of ${name} ${JSON.stringify(element)}`)];
}

const entries = async (kind: string, path: string) => (await readdir(path).catch(() => [])).map((name) => `${kind} ${name}`);

const mentions = ({ root, run: runDirectory }: Instance, text: string) => text.includes(root) || text.includes(runDirectory);

const quietly = (path: string) => readFile(path, 'utf8').catch(() => '');
