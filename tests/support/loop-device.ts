import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of our own: a sparse file behind a loop device. */
export interface LoopDevice {
  readonly path: string;
  /** The file behind it: what has reached the disk. */
  readonly image: string;
  /** `7:0`. */
  readonly number: string;
  /** Gives it a scheduler; false where the kernel lacks that one. */
  schedule(scheduler: 'none' | 'bfq'): Promise<boolean>;
  close(): Promise<void>;
}

/** Empty and of so many bytes, or with what a file holds, which is taken away from where it was. */
export async function openLoopDevice(content: number | string): Promise<LoopDevice> {
  // A module on most kernels; where it is built in or modprobe is missing, losetup has the last word.
  await run('modprobe', ['loop']).catch(() => undefined);
  const directory = await mkdtemp(join(tmpdir(), 'k-loop-'));
  const image = join(directory, 'disk');
  if (typeof content === 'string') await rename(content, image);
  else await writeFile(image, '');
  if (typeof content === 'number') await truncate(image, content);
  const { stdout } = await run('losetup', ['--find', '--show', image]);
  const path = stdout.trim();
  const number = (await readFile(`/sys/block/${basename(path)}/dev`, 'utf8')).trim();
  const schedule = (scheduler: string) =>
    writeFile(`/sys/block/${basename(path)}/queue/scheduler`, scheduler).then(
      () => true,
      () => false,
    );
  const close = async () => {
    // A device that is attached again keeps what it had.
    await schedule('none');
    await run('losetup', ['--detach', path]);
    await rm(directory, { recursive: true, force: true });
  };
  return { path, image, number, schedule, close };
}
