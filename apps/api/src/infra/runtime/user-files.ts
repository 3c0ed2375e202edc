import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../../errno.js';
import type { UserFiles } from './spec/user.js';

/** More than any honest passwd or group file; a hostile one must not fill our memory (R12, R15). */
const MAX_BYTES = 1024 * 1024;
/** No links at any step, and no waiting on a FIFO. */
const NO_FOLLOW = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Texts kept of layers: a host has few layers with users in them, and their files are small. */
const KEPT = 256;
const KEPT_BYTES = 64 * 1024;

/** `/etc/passwd` and `/etc/group` as a container sees them. Layers never change, so each is asked once. */
export class UserFilesReader {
  private readonly known = new Map<string, Found>();

  /** `upper`: what a container has written. `layers`: the topmost first. */
  async read(upper: string, layers: readonly string[]): Promise<UserFiles> {
    const [passwd, group] = await Promise.all([this.topmost(upper, layers, 'passwd'), this.topmost(upper, layers, 'group')]);
    return { passwd, group };
  }

  private async topmost(upper: string, layers: readonly string[], name: string): Promise<string> {
    const written = await readFrom(upper, name);
    if (written !== 'below') return written.text;
    for (const layer of layers) {
      const found = await this.ofLayer(layer, name);
      if (found !== 'below') return found.text;
    }
    return '';
  }

  private async ofLayer(layer: string, name: string): Promise<Found> {
    const key = `${name} ${layer}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = await readFrom(layer, name);
    if (found === 'below' || found.text.length <= KEPT_BYTES) this.keep(key, found);
    return found;
  }

  /** The one that was kept first goes first. */
  private keep(key: string, found: Found): void {
    const [first] = this.known.keys();
    if (this.known.size >= KEPT && first !== undefined) this.known.delete(first);
    this.known.set(key, found);
  }
}

type Found = { readonly text: string } | 'below';
/** Something stands there that is no readable file: what lies below is hidden. */
const HIDDEN: Found = { text: '' };

/** Each step is by descriptor, so a running container that changes its upper directory cannot lead us elsewhere (R2). */
async function readFrom(tree: string, name: string): Promise<Found> {
  // Most containers have never written there.
  if ((await kindAt(join(tree, 'etc'))) === 'nothing') return 'below';
  const root = await open(tree, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const etc = await step(root, 'etc');
    if (!etc) return (await exists(root, 'etc')) ? HIDDEN : 'below';
    try {
      return await readEntry(etc, name);
    } finally {
      await etc.close();
    }
  } finally {
    await root.close();
  }
}

async function readEntry(etc: FileHandle, name: string): Promise<Found> {
  // Looked at first: a device node of a layer must not even be opened. Overlay whiteouts are such nodes.
  const kind = await kindOf(etc, name);
  if (kind !== 'file') return kind === 'nothing' ? 'below' : HIDDEN;
  const file = await step(etc, name);
  if (!file) return HIDDEN;
  try {
    const status = await file.stat();
    if (!status.isFile()) return HIDDEN;
    const buffer = Buffer.alloc(Math.min(status.size, MAX_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return { text: buffer.toString('utf8', 0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** openat(2) by way of /proc/self/fd. undefined: it is not there, or it is a link. */
async function step(directory: FileHandle, name: string): Promise<FileHandle | undefined> {
  const flags = name === 'etc' ? NO_FOLLOW | constants.O_DIRECTORY : NO_FOLLOW;
  return open(`/proc/self/fd/${directory.fd}/${name}`, flags).catch((error: unknown) => {
    // ELOOP: a link. ENXIO: a socket. Anything else, such as too many open files, must not hide what the container sees.
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined;
    throw error;
  });
}

const kindOf = (directory: FileHandle, name: string) => kindAt(`/proc/self/fd/${directory.fd}/${name}`);

async function kindAt(path: string): Promise<'file' | 'nothing' | 'other'> {
  try {
    return (await lstat(path)).isFile() ? 'file' : 'other';
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 'nothing';
    throw error;
  }
}

async function exists(directory: FileHandle, name: string): Promise<boolean> {
  return (await kindOf(directory, name)) !== 'nothing';
}
