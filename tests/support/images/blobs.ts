import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly file: string;
}

export interface LayerBlob extends Blob {
  /** Digest of the tar before compression. */
  readonly diffId: string;
}

/** Packs a directory as tar.gz, with equal bytes for equal content. Times are gone, owners and modes are kept. */
export async function packLayer(root: string, blobs: string): Promise<LayerBlob> {
  const tar = spawn('tar', ['-c', '--sort=name', '--mtime=@1700000000', '--numeric-owner', '-C', root, '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tar, 'exit');
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  const part = join(blobs, `part-${process.pid}`);
  await pipeline(tar.stdout, tee(plain), createGzip({ level: 1 }), tee(packed), createWriteStream(part));
  const [code] = await ended;
  if (code !== 0) throw new Error(`cannot pack ${root}`);
  const blob = await place(part, blobs, `sha256:${packed.digest('hex')}`);
  return { ...blob, diffId: `sha256:${plain.digest('hex')}` };
}

export async function writeBlob(bytes: Buffer, blobs: string): Promise<Blob> {
  const part = join(blobs, `part-${process.pid}`);
  await writeFile(part, bytes);
  return place(part, blobs, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

async function place(part: string, blobs: string, digest: string): Promise<Blob> {
  const file = join(blobs, digest.replace(':', '-'));
  await rename(part, file);
  return { digest, size: (await stat(file)).size, file };
}

function tee(hash: ReturnType<typeof createHash>): PassThrough {
  const through = new PassThrough();
  through.on('data', (chunk: Buffer) => hash.update(chunk));
  return through;
}
