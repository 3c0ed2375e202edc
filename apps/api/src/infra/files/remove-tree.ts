import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { isErrno } from '../../errno.js';

/** Below this depth a directory is moved up to the top first, so that descriptors and path lengths stay bounded. */
const DEEPEST = 32;
const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Removes a tree whose names a container chose. Every step goes through the descriptor of the directory it works in, so no symbolic
 * link is followed, a path longer than PATH_MAX is no obstacle, and names are bytes. What is gone already is fine.
 */
export async function removeTree(path: string): Promise<void> {
  const top = await openDirectory(path);
  if (!top) return rm(path, { force: true });
  try {
    await new Removal(top).empty(top, 0);
  } finally {
    await top.close();
  }
  await ignoring('ENOENT', rmdir(path));
}

class Removal {
  private moved = 0;

  constructor(private readonly top: FileHandle) {}

  async empty(directory: FileHandle, depth: number): Promise<void> {
    // Emptying may put more into the top directory: look again until nothing is left.
    for (let names = await list(directory); names.length > 0; names = await list(directory)) {
      for (const name of names) await this.removeEntry(directory, name, depth);
    }
  }

  private async removeEntry(directory: FileHandle, name: Buffer, depth: number): Promise<void> {
    const path = entry(directory, name);
    const status: BigIntStats | undefined = await ignoring('ENOENT', lstat(path, { bigint: true }));
    if (!status) return;
    if (!status.isDirectory()) return ignoring('ENOENT', unlink(path));
    if (depth >= DEEPEST) return rename(path, entry(this.top, Buffer.from(`.moved-up-${this.moved++}`)));
    const child = await openDirectory(path);
    try {
      if (child) await this.empty(child, depth + 1);
    } finally {
      await child?.close();
    }
    await ignoring('ENOENT', rmdir(path));
  }
}

async function list(directory: FileHandle): Promise<Buffer[]> {
  return readdir(`/proc/self/fd/${directory.fd}`, { encoding: 'buffer' });
}

/** The entry below an open directory: /proc/self/fd stands in for openat(2), which Node does not offer. */
function entry(directory: FileHandle, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory.fd}/`), name]);
}

/** undefined: no directory, or nothing, is there. */
async function openDirectory(path: string | Buffer): Promise<FileHandle | undefined> {
  try {
    return await open(path, DIRECTORY);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}

async function ignoring<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isErrno(error, code)) return undefined;
    throw error;
  }
}
