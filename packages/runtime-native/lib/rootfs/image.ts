import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants } from 'node:fs';
import { access, open, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { binding } from '../binding.js';
import { told } from '../net/told.js';

const MIB = 1024 * 1024;
/** Where the tools of e2fsprogs are; the caller's own PATH is not asked. */
const PATH = '/usr/sbin:/sbin:/usr/bin:/bin';
/** Enough of a tool's complaint for a sentence. */
const COMPLAINT_BYTES = 2048;
/** Below that, a journal of mke2fs's own choice would be a good part of the image. */
const LARGE = 4096 * MIB;

/** What mkfs.ext4, e2fsck or resize2fs could not do. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  /** The tool is not installed. */
  readonly missing: boolean;
  readonly diskFull: boolean;

  constructor(message: string, { missing = false, diskFull = false }: { missing?: boolean; diskFull?: boolean } = {}) {
    super(message);
    this.missing = missing;
    this.diskFull = diskFull;
  }
}

/** A sparse file of this size with an empty ext4 in it. A file that is there already is an error. What it made is gone after a failure. */
export async function makeImage(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
  const journal = ['-J', `size=${bytes < LARGE ? 4 : 64}`];
  const layout = ['-b', '4096', '-i', '16384', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0'];
  await run('mkfs.ext4', ['-q', '-F', ...journal, ...layout, path]).catch(async (error: unknown) => {
    await rm(path, { force: true });
    throw error;
  });
}

/** Makes an image that nobody uses larger, after a check of its filesystem. One that is as large already stays as it is. */
export async function growImage(path: string, bytes: number): Promise<void> {
  const before = (await stat(path)).size;
  if (before >= bytes) return;
  // An earlier run may not have let go of it yet.
  const lock = await told(binding().lockImage(path));
  try {
    // 1: errors were found and corrected (e2fsck(8)).
    await run('e2fsck', ['-f', '-p', path], [0, 1]);
    await truncate(path, bytes);
    await run('resize2fs', [path]).catch(async (error: unknown) => {
      await truncate(path, before);
      throw error;
    });
  } finally {
    closeSync(lock);
  }
}

/** Whether images can be made, grown and opened here. Loads the driver of loop devices where it is a module that nobody has used yet. */
export async function imageToolsPresent(): Promise<boolean> {
  return (await toolsPresent()) && (await loopDevicesPresent());
}

async function toolsPresent(): Promise<boolean> {
  const here = async (tool: string) => {
    const tries = await Promise.allSettled(PATH.split(':').map((directory) => access(join(directory, tool), constants.X_OK)));
    return tries.some(({ status }) => status === 'fulfilled');
  };
  return (await Promise.all(['mkfs.ext4', 'e2fsck', 'resize2fs'].map(here))).every(Boolean);
}

async function loopDevicesPresent(): Promise<boolean> {
  const present = () =>
    access('/dev/loop-control').then(
      () => true,
      () => false,
    );
  if (await present()) return true;
  await run('modprobe', ['loop']).catch(() => undefined);
  return present();
}

/** A descriptor of the mounted filesystem, attached nowhere: `/proc/self/fd/N/…` leads into it. Closing it unmounts. */
export const openImage = (path: string): Promise<number> => told(binding().mountImage(path));

async function run(tool: string, args: readonly string[], fine: readonly number[] = [0]): Promise<void> {
  const child = spawn(tool, args, { cwd: '/', env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_BYTES);
  });
  const [code, signal] = await (once(child, 'close') as Promise<[number | null, string | null]>).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ImageError(missing ? `${tool} is not installed; install e2fsprogs` : `cannot run ${tool}: ${String(error)}`, { missing });
  });
  if (code !== null && fine.includes(code)) return;
  const why = complaint.trim().replace(/\s+/g, ' ') || signal || `exit code ${code}`;
  throw new ImageError(`${tool}: ${why}`, { diskFull: complaint.includes('No space left') });
}
