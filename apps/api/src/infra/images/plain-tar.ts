import { createHash } from 'node:crypto';
import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ZstdFrames } from './zstd-frames.js';

/** The archive is larger than any layer may be, or much larger than its compressed form suggests. */
export class ArchiveTooLargeError extends Error {
  override readonly name = 'ArchiveTooLargeError';
}

export interface TarLimits {
  /** Bytes of the uncompressed tar. */
  readonly bytes: number;
  /** Uncompressed bytes for each compressed one … */
  readonly ratio: number;
  /** … once there are more uncompressed bytes than this: small archives of zeros are common and harmless. */
  readonly ratioFrom: number;
}

const CHUNK_BYTES = 256 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Of the 16 magics of a frame to be skipped, the one that zstd:chunked and pzstd begin with. */
const ZSTD_SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18]);

/** An uncompressed tar that hashes itself while it is read. */
export class PlainTar extends Transform {
  private readonly hash = createHash('sha256');
  private size = 0;

  constructor(
    private readonly limits: TarLimits,
    private readonly compressedBytes: () => number,
  ) {
    super({ readableHighWaterMark: CHUNK_BYTES, writableHighWaterMark: CHUNK_BYTES });
  }

  /** `sha256:…` of everything; once, after the end. */
  digest(): string {
    return `sha256:${this.hash.digest('hex')}`;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    const excess = this.excess();
    if (excess) {
      done(new ArchiveTooLargeError(excess));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }

  private excess(): string | undefined {
    const { bytes, ratio, ratioFrom } = this.limits;
    if (this.size > bytes) return `the archive has more than ${bytes} bytes`;
    if (this.size > ratioFrom && this.size > ratio * this.compressedBytes())
      return `the archive unpacks to more than ${ratio} times its size`;
    return undefined;
  }
}

/**
 * The tar inside a stream, whose compression is told by its first bytes: a media type may lie and an upload has none.
 * Errors of the source and of the decompressor destroy the result; destroying it destroys the source.
 */
export async function plainTar(source: AsyncIterable<Buffer>, limits: TarLimits, onRead?: (bytes: number) => void): Promise<PlainTar> {
  let read = 0;
  const count = (chunk: Buffer): void => {
    read += chunk.length;
    onRead?.(read);
  };
  const rest = source[Symbol.asyncIterator]();
  const first = await atLeast(ZSTD.length, rest);
  const whole = Readable.from(joined(first, rest, count), { objectMode: false, highWaterMark: CHUNK_BYTES });
  const tar = new PlainTar(limits, () => read);
  // An error reaches the reader of `tar`, which pipeline destroys with it.
  pipeline([whole, ...decompressors(first.subarray(0, ZSTD.length)), tar], () => undefined);
  return tar;
}

function decompressors(magic: Buffer): Transform[] {
  if (magic.subarray(0, GZIP.length).equals(GZIP)) return [createGunzip({ chunkSize: CHUNK_BYTES })];
  if (magic.equals(ZSTD) || magic.equals(ZSTD_SKIPPABLE)) return [new ZstdFrames(), createZstdDecompress({ chunkSize: CHUNK_BYTES })];
  return [];
}

/** So many first bytes, or all when there are fewer. */
async function atLeast(bytes: number, source: AsyncIterator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < bytes) {
    const { value, done } = await source.next();
    if (done) break;
    first = Buffer.concat([first, value]);
  }
  return first;
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>, count: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  try {
    for (let chunk = first; ; ) {
      count(chunk);
      yield chunk;
      const next = await rest.next();
      if (next.done) return;
      chunk = next.value;
    }
  } finally {
    await rest.return?.();
  }
}
