import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { isErrno } from '../../errno.js';
import type { UserFiles } from './spec/user.js';

/** More than any honest passwd or group file; a hostile one must not fill our memory (R12, R15). */
const MAX_BYTES = 1024 * 1024;
/** No links at any step, and no waiting on a FIFO. */
const NO_FOLLOW = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** `/etc/passwd` and `/etc/group` as a container sees them. `trees`: upper and layers, the topmost first. */
export async function readUserFiles(trees: readonly string[]): Promise<UserFiles> {
  const [passwd, group] = await Promise.all([readTopmost(trees, 'passwd'), readTopmost(trees, 'group')]);
  return { passwd, group };
}

async function readTopmost(trees: readonly string[], name: string): Promise<string> {
  for (const tree of trees) {
    const found = await readFrom(tree, name);
    if (found !== 'below') return found.text;
  }
  return '';
}

type Found = { readonly text: string } | 'below';
/** Something stands there that is no readable file: what lies below is hidden. */
const HIDDEN: Found = { text: '' };

/** Each step is by descriptor, so a running container that changes its upper directory cannot lead us elsewhere (R2). */
async function readFrom(tree: string, name: string): Promise<Found> {
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
    if (!(await file.stat()).isFile()) return HIDDEN;
    const buffer = Buffer.alloc(MAX_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MAX_BYTES, 0);
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

async function kindOf(directory: FileHandle, name: string): Promise<'file' | 'nothing' | 'other'> {
  try {
    return (await lstat(`/proc/self/fd/${directory.fd}/${name}`)).isFile() ? 'file' : 'other';
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 'nothing';
    throw error;
  }
}

async function exists(directory: FileHandle, name: string): Promise<boolean> {
  return (await kindOf(directory, name)) !== 'nothing';
}
