import { chmod, chown, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type UnpackedLayer, unpackLayer } from '@keelson/runtime-native/unpack';
import { LAYER_UID_BASE } from '../../domain/containers/uid-blocks.js';
import { KeyedLock } from '../../domain/keyed-lock.js';
import { isErrno } from '../../errno.js';
import { exists, renameDurably, writeDurably } from '../files/durable.js';
import { removeTree } from '../files/remove-tree.js';
import type { ImagePaths } from './image-paths.js';
import { plainTar, type TarLimits } from './plain-tar.js';
import { Slots } from './slots.js';

const CONCURRENT_UNPACKS = 2;
const MAX_ENTRIES = 2_000_000;

export const LAYER_LIMITS: TarLimits = { bytes: 64 * 1024 ** 3, ratio: 200, ratioFrom: 64 * 1024 ** 2 };

/** The bytes of a layer's tar are not those that the image's config promised. */
export class LayerMismatchError extends Error {
  override readonly name = 'LayerMismatchError';
}

export interface LayerSource {
  /** Compressed or not. Asked for when the layer's turn has come. */
  readonly open: () => AsyncIterable<Buffer> | Promise<AsyncIterable<Buffer>>;
  /** Bytes of the source read so far. */
  readonly onRead?: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export interface StoredLayer {
  readonly diffId: string;
  readonly sizeBytes: number;
}

/**
 * Unpacked layers by the digest of their tar. A layer has its name only when its digest was right and all of it is on disk; until
 * then it is a temporary directory.
 */
export class LayerStore {
  private readonly locks = new KeyedLock();
  private readonly slots = new Slots(CONCURRENT_UNPACKS);
  /** Blobs that were seen to hold a layer's tar, by diff id. */
  private readonly proven = new Map<string, Set<string>>();

  constructor(
    private readonly paths: ImagePaths,
    private readonly limits: TarLimits = LAYER_LIMITS,
  ) {}

  async find(diffId: string): Promise<StoredLayer | undefined> {
    try {
      const { bytes }: UnpackedLayer = JSON.parse(await readFile(join(this.paths.layer(diffId), 'layer.json'), 'utf8'));
      return { diffId, sizeBytes: bytes };
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /**
   * The layer that the blob holds. One that is here already is not unpacked again, but the blob must still hold it: that the
   * config names a diff id proves nothing.
   */
  async ensure(diffId: string, blobDigest: string, source: LayerSource): Promise<StoredLayer & { readonly wasHere: boolean }> {
    return this.locks.run(diffId, async () => {
      source.signal.throwIfAborted();
      const found = await this.find(diffId);
      if (found) {
        if (!this.isProven(diffId, blobDigest)) await this.slots.run(source.signal, () => this.verify(diffId, source));
        this.prove(diffId, blobDigest);
        return { ...found, wasHere: true };
      }
      const stored = await this.slots.run(source.signal, () => this.unpack(source, diffId));
      this.prove(diffId, blobDigest);
      return { ...stored, wasHere: false };
    });
  }

  /**
   * A layer that nobody knows the digest of yet. `hold` is told it before the layer has its name. Takes no slot: its source may be
   * as slow as somebody's upload, and all pulls would wait for that.
   */
  async add(source: LayerSource, hold: (diffId: string) => void): Promise<StoredLayer> {
    return this.intoTemp(source, async (temp, layer) => {
      hold(layer.diffId);
      await this.locks.run(layer.diffId, async () => {
        if (!(await exists(this.paths.layer(layer.diffId)))) await renameDurably(temp, this.paths.layer(layer.diffId));
      });
      return layer;
    });
  }

  /** Deletes the layer unless it is needed when its turn has come. Tells whether it is gone. */
  async remove(diffId: string, isNeeded: () => boolean): Promise<boolean> {
    const trash = this.paths.newTemp();
    const removed = await this.locks.run(diffId, async () => {
      if (isNeeded()) return false;
      this.proven.delete(diffId);
      try {
        // A rename, so that a pull which asks a moment later finds no half-deleted layer.
        await rename(this.paths.layer(diffId), trash);
        return true;
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return false;
        throw error;
      }
    });
    if (removed) await removeTree(trash);
    return removed;
  }

  /** Known from a record: its blob was verified when it was pulled. */
  prove(diffId: string, blobDigest: string): void {
    const blobs = this.proven.get(diffId) ?? new Set();
    this.proven.set(diffId, blobs.add(blobDigest));
  }

  /** Diff ids of all layers, as hexadecimal digits. */
  async names(): Promise<string[]> {
    return readdir(this.paths.layers);
  }

  private isProven(diffId: string, blobDigest: string): boolean {
    return this.proven.get(diffId)?.has(blobDigest) ?? false;
  }

  private async verify(diffId: string, { open, onRead, signal }: LayerSource): Promise<void> {
    const tar = await plainTar(await open(), this.limits, onRead);
    try {
      for await (const _chunk of tar) signal.throwIfAborted();
      checkDigest(diffId, tar.digest());
    } finally {
      tar.destroy();
    }
  }

  private unpack(source: LayerSource, diffId: string): Promise<StoredLayer> {
    return this.intoTemp(source, async (temp, layer) => {
      checkDigest(diffId, layer.diffId);
      await renameDurably(temp, this.paths.layer(diffId));
      return layer;
    });
  }

  /** Unpacks into a temporary directory, which is deleted unless `place` has moved it away. */
  private async intoTemp<T>(source: LayerSource, place: (temp: string, layer: StoredLayer) => Promise<T>): Promise<T> {
    const temp = this.paths.newTemp();
    try {
      return await place(temp, await this.unpackInto(temp, source));
    } finally {
      await removeTree(temp);
    }
  }

  private async unpackInto(temp: string, { open, onRead, signal }: LayerSource): Promise<StoredLayer> {
    const destination = join(temp, 'fs');
    await mkdir(destination, { recursive: true });
    // Whatever the umask: it is the container's root directory where the archive has none.
    await chmod(destination, 0o755);
    await chown(destination, LAYER_UID_BASE, LAYER_UID_BASE);
    const tar = await plainTar(await open(), this.limits, onRead);
    const limits = { bytes: this.limits.bytes, entries: MAX_ENTRIES };
    const unpacked = await unpackLayer({ tar, destination, uidBase: LAYER_UID_BASE, limits, signal, sync: true });
    await writeDurably(join(temp, 'layer.json'), JSON.stringify(unpacked));
    return { diffId: tar.digest(), sizeBytes: unpacked.bytes };
  }
}

function checkDigest(wanted: string, found: string): void {
  if (wanted !== found) throw new LayerMismatchError(`the layer ${wanted} of the image's config unpacks to ${found}`);
}
