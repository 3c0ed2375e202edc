import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { HostDevice } from '../../domain/containers/limits/host-capacity.js';

/** The device nodes among these paths, links followed. */
export async function readDevices(paths: readonly string[]): Promise<ReadonlyMap<string, HostDevice>> {
  const found = await Promise.all(paths.map(async (path) => [path, await readDevice(path)] as const));
  return new Map(found.flatMap(([path, device]) => (device ? [[path, device] as const] : [])));
}

async function readDevice(path: string): Promise<HostDevice | null> {
  const node = await stat(path).catch(() => null);
  if (!node || !(node.isBlockDevice() || node.isCharacterDevice())) return null;
  const { major, minor } = deviceNumber(node.rdev);
  const shared = { major, minor, mode: node.mode & 0o777, gid: node.gid };
  if (node.isCharacterDevice()) return { type: 'char', ...shared, partitionOf: null, bfq: false };
  const directory = `/sys/dev/block/${major}:${minor}`;
  const [partition, scheduler] = await Promise.all([read(`${directory}/partition`), read(`${directory}/queue/scheduler`)]);
  return {
    type: 'block',
    ...shared,
    partitionOf: partition === null ? null : `/dev/${basename(dirname(await realpath(directory)))}`,
    bfq: scheduler?.includes('[bfq]') ?? false,
  };
}

/** makedev(3) of Linux: twelve bits of the major number stand between the two parts of the minor one. */
function deviceNumber(rdev: number): { major: number; minor: number } {
  const device = BigInt(rdev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}

function read(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
