import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type LoopDevice, openLoopDevice } from './loop-device.js';

const run = promisify(execFile);

/** An ext4 of our own at a directory: it can be full, and it can lose power. */
export class SmallDisk {
  private constructor(
    private device: LoopDevice,
    readonly directory: string,
  ) {}

  static async mount(directory: string, bytes: number): Promise<SmallDisk> {
    const device = await openLoopDevice(bytes);
    await run('mkfs.ext4', ['-q', '-m', '0', '-F', device.path]);
    const disk = new SmallDisk(device, directory);
    await mkdir(directory, { recursive: true });
    await disk.attach();
    return disk;
  }

  /** Takes all blocks but so many bytes. */
  async fill(room: number): Promise<void> {
    for (let round = 0; round < 4; round++) {
      const { bavail, bsize } = await statfs(this.directory);
      const bytes = bavail * bsize - room;
      if (bytes <= 0) return;
      // What the index of the file itself needs is found out by trying.
      await run('fallocate', ['-l', String(bytes), join(this.directory, `filler-${round}`)]).catch(() => undefined);
    }
    await writeFile(join(this.directory, 'filler-last'), Buffer.alloc(Math.max(0, (await this.free()) - room))).catch(() => undefined);
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }

  async empty(): Promise<void> {
    for (const name of ['0', '1', '2', '3', 'last']) await rm(join(this.directory, `filler-${name}`), { force: true });
  }

  /**
   * What the disk would hold if power failed in this moment: the file behind the loop device, without what the kernel still keeps in memory.
   * Copied again where something was written meanwhile, as real disks are not copied either.
   */
  async snapshot(): Promise<string> {
    const copy = `${this.device.image}.snapshot`;
    for (;;) {
      const before = await this.written();
      await copyFile(this.device.image, copy);
      if ((await this.written()) === before) return copy;
    }
  }

  /** Power is back: there is a disk that holds what the snapshot does. */
  async restore(copy: string): Promise<void> {
    const device = await openLoopDevice(copy);
    await this.device.close();
    this.device = device;
    await this.attach();
  }

  async close(): Promise<void> {
    await this.device.close();
  }

  /** `commit`: only what is synced reaches the disk soon, as with the worst luck. */
  private async attach(): Promise<void> {
    await run('mount', ['-o', 'commit=300', this.device.path, this.directory]);
  }

  /** Sectors (https://docs.kernel.org/block/stat.html). */
  private async written(): Promise<string | undefined> {
    return (await readFile(`/sys/block/${basename(this.device.path)}/stat`, 'utf8')).trim().split(/\s+/)[6];
  }
}
