import { DomainError } from '../errors.js';

/**
 * Host id of what uid 0 owns in an unpacked layer: the first of a block that no container maps, because layers are seen shifted,
 * through idmapped mounts. Ids from 2³¹ on are not taken everywhere, so it is the last one.
 */
export const LAYER_UID_BASE = 0x7fff_0000;

const FIRST = 0x7000_0000;
const SIZE = 65_536;

/** Blocks of host ids, one for each container that exists (D5). What is in use is told by the container records. */
export class UidBlocks {
  /** Users of each block by its first id. */
  private readonly used = new Map<number, number>();

  /** The lowest free block's first id. Throws `uid_blocks_exhausted`. */
  allocate(): number {
    for (let base = FIRST; base < LAYER_UID_BASE; base += SIZE) {
      if (this.used.has(base)) continue;
      this.used.set(base, 1);
      return base;
    }
    throw new DomainError(
      'uid_blocks_exhausted',
      `all ${(LAYER_UID_BASE - FIRST) / SIZE} blocks of host ids are in use; remove containers`,
    );
  }

  /** One more user of a block that is in use: a container in the user namespace of another one. */
  share(base: number): number {
    this.used.set(base, (this.used.get(base) ?? 0) + 1);
    return base;
  }

  /** Only once every file that the user has of the block is gone: after the last one the next container gets the same ids. */
  release(base: number): void {
    const users = (this.used.get(base) ?? 1) - 1;
    if (users > 0) this.used.set(base, users);
    else this.used.delete(base);
  }

  /** Replaces what is known by the blocks of the records. */
  rebuild(bases: Iterable<number>): void {
    this.used.clear();
    for (const base of bases) this.share(base);
  }
}
