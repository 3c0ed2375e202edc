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
  private readonly used = new Set<number>();

  /** The lowest free block's first id. Throws `uid_blocks_exhausted`. */
  allocate(): number {
    for (let base = FIRST; base < LAYER_UID_BASE; base += SIZE) {
      if (this.used.has(base)) continue;
      this.used.add(base);
      return base;
    }
    throw new DomainError(
      'uid_blocks_exhausted',
      `all ${(LAYER_UID_BASE - FIRST) / SIZE} blocks of host ids are in use; remove containers`,
    );
  }

  /** Only once every file that the block owns is gone: the next container gets the same ids. */
  release(base: number): void {
    this.used.delete(base);
  }

  /** Replaces what is known by the blocks of the records. */
  rebuild(bases: Iterable<number>): void {
    this.used.clear();
    for (const base of bases) this.used.add(base);
  }
}
