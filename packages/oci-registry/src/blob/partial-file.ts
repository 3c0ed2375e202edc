import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { algorithmOf, type Digest, finishDigest } from '../content/digest.js';

const READ_CHUNK = 1024 * 1024;

/**
 * `<file>.partial`: a download on its way, hashed as it is written. It survives an interrupted pull; its bytes are hashed
 * again before more are added, so nothing that lay on the disk is trusted.
 * One writer at a time: the caller keeps two downloads of one digest apart.
 */
export class PartialFile {
  readonly path: string;
  #hash: Hash;
  #size = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly file: string,
    private readonly digest: Digest,
  ) {
    this.path = partialPath(file);
    this.#hash = createHash(algorithmOf(digest));
  }

  /** Opens or makes it; one that is longer than `limit` bytes starts again. */
  static async open(file: string, digest: Digest, limit: number, signal: AbortSignal | undefined): Promise<PartialFile> {
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    const handle = await open(partialPath(file), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
    const partial = new PartialFile(handle, file, digest);
    try {
      const { size } = await handle.stat();
      if (size > limit) await handle.truncate(0);
      else await partial.#rehash(size, signal);
      return partial;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.handle.write(chunk, done, chunk.length - done, this.#size + done);
      done += bytesWritten;
    }
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  async restart(): Promise<void> {
    await this.handle.truncate(0);
    this.#hash = createHash(algorithmOf(this.digest));
    this.#size = 0;
  }

  /** True when the bytes so far are the blob. Nothing can be appended afterwards. */
  matches(): boolean {
    return finishDigest(this.#hash, algorithmOf(this.digest)) === this.digest;
  }

  /** Makes it the final file. On disk before it has its name: after a crash, a blob with that name is whole. */
  async commit(): Promise<void> {
    await this.handle.sync();
    await rename(this.path, this.file);
    const directory = await open(dirname(this.file), constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  async remove(): Promise<void> {
    await unlink(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async #rehash(size: number, signal: AbortSignal | undefined): Promise<void> {
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(READ_CHUNK, size)));
    while (this.#size < size) {
      signal?.throwIfAborted();
      const { bytesRead } = await this.handle.read(buffer, 0, Math.min(buffer.length, size - this.#size), this.#size);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#size += bytesRead;
    }
  }
}

function partialPath(file: string): string {
  return `${file}.partial`;
}
