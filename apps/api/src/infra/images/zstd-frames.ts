import { Transform, type TransformCallback } from 'node:stream';

/** RFC 8878, 3.1: the next thing to read, and how many bytes of it are needed to know more. */
type Part = 'magic' | 'descriptor' | 'frame-header' | 'block-header' | 'skip-size';

const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const WINDOW_BYTES = [0, 1] as const;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * Cuts its input at the ends of zstd frames. Node's decompressor drops what follows a frame in the same chunk, and images written
 * for lazy pulling (zstd:chunked) are long rows of small frames, some of them to be skipped.
 */
export class ZstdFrames extends Transform {
  private part: Part = 'magic';
  private head = Buffer.alloc(0);
  private needed = 4;
  /** Bytes to pass on before the next part. */
  private passing = 0;
  private hasChecksum = false;
  private inLastBlock = false;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      const take = Math.min(this.passing > 0 ? this.passing : this.needed - this.head.length, chunk.length - at);
      if (this.passing > 0) this.passing -= take;
      else this.head = Buffer.concat([this.head, chunk.subarray(at, at + take)]);
      at += take;
      if (this.passing === 0 && this.head.length === this.needed) this.next();
      if (this.passing === 0 && this.inLastBlock) {
        this.inLastBlock = false;
        this.push(chunk.subarray(from, at));
        from = at;
      }
    }
    if (from < chunk.length) this.push(chunk.subarray(from));
    done();
  }

  /** `head` is complete: what it means for the bytes behind it. */
  private next(): void {
    const head = this.head;
    this.head = Buffer.alloc(0);
    if (this.part === 'magic') this.afterMagic(head.readUInt32LE(0));
    else if (this.part === 'descriptor') this.afterDescriptor(head.readUInt8(0));
    else if (this.part === 'frame-header') this.expect('block-header', 3);
    else if (this.part === 'block-header') this.afterBlockHeader(head.readUIntLE(0, 3));
    else this.endFrame(head.readUInt32LE(0));
  }

  private afterMagic(magic: number): void {
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) this.expect('skip-size', 4);
    else if (magic === ZSTD_MAGIC) this.expect('descriptor', 1);
    // Not ours to judge: the decompressor behind complains.
    else this.passing = Number.MAX_SAFE_INTEGER;
  }

  private afterDescriptor(descriptor: number): void {
    const singleSegment = (descriptor >> 5) & 1;
    const sizeFlag = (descriptor >> 6) & 3;
    this.hasChecksum = ((descriptor >> 2) & 1) === 1;
    const size = sizeFlag === 0 && singleSegment === 1 ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
    const bytes = (WINDOW_BYTES[1 - singleSegment] ?? 0) + (DICTIONARY_BYTES[descriptor & 3] ?? 0) + size;
    this.expect('frame-header', bytes);
  }

  private afterBlockHeader(header: number): void {
    const type = (header >> 1) & 3;
    // An RLE block has one byte, which stands for many.
    const bytes = type === 1 ? 1 : header >> 3;
    if ((header & 1) === 1) this.endFrame(bytes + (this.hasChecksum ? 4 : 0));
    else {
      this.expect('block-header', 3);
      this.passing = bytes;
    }
  }

  private endFrame(bytes: number): void {
    this.expect('magic', 4);
    this.passing = bytes;
    this.inLastBlock = true;
  }

  private expect(part: Part, bytes: number): void {
    this.part = part;
    this.needed = bytes;
  }
}
