import { describe, expect, it } from 'vitest';
import { UidBlocks } from './uid-blocks.js';

describe('UidBlocks', () => {
  it('gives the lowest free block, disjoint from the others', () => {
    const blocks = new UidBlocks();
    expect([blocks.allocate(), blocks.allocate()]).toEqual([0x7000_0000, 0x7001_0000]);
    blocks.release(0x7000_0000);
    expect(blocks.allocate()).toBe(0x7000_0000);
    expect(blocks.allocate()).toBe(0x7002_0000);
  });

  it('knows what the records of an earlier run use', () => {
    const blocks = new UidBlocks();
    blocks.rebuild([0x7000_0000, 0x7002_0000]);
    expect([blocks.allocate(), blocks.allocate()]).toEqual([0x7001_0000, 0x7003_0000]);
  });

  it('never reaches the block that owns the layers, and says what to do instead', () => {
    const blocks = new UidBlocks();
    const all = Array.from({ length: 4095 }, () => blocks.allocate());
    expect(Math.max(...all) + 65_536).toBe(0x7fff_0000);
    expect(() => blocks.allocate()).toThrowError(expect.objectContaining({ code: 'uid_blocks_exhausted' }));
  });
});
