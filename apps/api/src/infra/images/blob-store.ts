import { mkdir, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyedLock } from '../../domain/keyed-lock.js';
import { isErrno } from '../../errno.js';
import { exists, renameDurably, writeDurably } from '../files/durable.js';
import type { ImagePaths } from './image-paths.js';

/**
 * Blobs as registries sent them, by digest. What has a name here was verified. A download belongs to its tenant until an image
 * takes it over: another tenant who knows the digest gets nothing from it, neither a whole blob nor the first part of one.
 */
export class BlobStore {
  private readonly locks = new KeyedLock();

  constructor(private readonly paths: ImagePaths) {}

  /**
   * The tenant's own copy of a blob, by `download` where it is not here yet (which resumes and verifies). One download of a blob
   * at a time.
   */
  async obtain(tenantId: string, digest: string, download: (file: string) => Promise<void>): Promise<{ readonly wasHere: boolean }> {
    return this.locks.run(`${tenantId}/${digest}`, async () => {
      const file = this.paths.download(tenantId, digest);
      if (await exists(file)) return { wasHere: true };
      await mkdir(this.paths.incomingOf(tenantId), { recursive: true, mode: 0o700 });
      await download(file);
      return { wasHere: false };
    });
  }

  /** Where the blob is that `obtain` got: another pull of the tenant may have made it common in the meantime. */
  async locate(tenantId: string, digest: string): Promise<string> {
    const own = this.paths.download(tenantId, digest);
    return (await exists(own)) ? own : this.paths.blob(digest);
  }

  /** From now on it is a blob of all who refer to it. */
  async adopt(tenantId: string, digest: string): Promise<void> {
    await this.locks.run(`${tenantId}/${digest}`, async () => {
      try {
        await renameDurably(this.paths.download(tenantId, digest), this.paths.blob(digest));
      } catch (error) {
        if (!isErrno(error, 'ENOENT')) throw error;
      }
    });
  }

  /** A small document whose digest is known to be right. */
  async put(digest: string, bytes: Uint8Array): Promise<void> {
    const temp = this.paths.newTemp();
    try {
      await writeDurably(temp, bytes);
      await renameDurably(temp, this.paths.blob(digest));
    } finally {
      await rm(temp, { force: true });
    }
  }

  async remove(digest: string): Promise<void> {
    try {
      await unlink(this.paths.blob(digest));
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }

  /** Digests of all common blobs. */
  async digests(): Promise<string[]> {
    const lists = ['sha256', 'sha512'].map(async (algorithm) =>
      (await readdir(join(this.paths.blobs, algorithm))).map((hex) => `${algorithm}:${hex}`),
    );
    return (await Promise.all(lists)).flat();
  }

  /** Tenants with downloads that no image has taken over. */
  async downloaders(): Promise<string[]> {
    return readdir(this.paths.incoming);
  }

  /** Deletes the tenant's downloads that nobody has touched since then. */
  async forgetDownloads(tenantId: string, before: Date): Promise<void> {
    const directory = this.paths.incomingOf(tenantId);
    for (const name of await readdir(directory)) {
      const file = join(directory, name);
      const { mtime } = await stat(file);
      if (mtime < before) await rm(file, { recursive: true, force: true });
    }
  }
}
