import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const DIGEST = /^(sha256|sha512):([a-f0-9]{64,128})$/;
const TENANT = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Where images lie below `$KEELSON_ROOT/images`. Digests and tenants are checked here: they become parts of paths. */
export class ImagePaths {
  readonly blobs: string;
  readonly layers: string;
  /** Downloads that no image of their tenant has taken over yet. */
  readonly incoming: string;
  /** Directories on their way to another place or to nothing; emptied at each start. */
  readonly temp: string;

  constructor(root: string) {
    const images = join(root, 'images');
    this.blobs = join(images, 'blobs');
    this.layers = join(images, 'layers');
    this.incoming = join(images, 'incoming');
    this.temp = join(images, 'tmp');
  }

  /** Nobody but root may enter: layers hold device nodes and programs with foreign modes. */
  async prepare(): Promise<void> {
    for (const directory of [join(this.blobs, 'sha256'), join(this.blobs, 'sha512'), this.layers, this.incoming, this.temp]) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    }
  }

  blob(digest: string): string {
    const { algorithm, hex } = split(digest);
    return join(this.blobs, algorithm, hex);
  }

  incomingOf(tenantId: string): string {
    if (!TENANT.test(tenantId)) throw new Error(`${JSON.stringify(tenantId)} is no tenant id`);
    return join(this.incoming, tenantId);
  }

  /** The tenant's own download of a blob; `.partial` is added while it is on its way. */
  download(tenantId: string, digest: string): string {
    return join(this.incomingOf(tenantId), split(digest).hex);
  }

  layer(diffId: string): string {
    return join(this.layers, split(diffId).hex);
  }

  layerFiles(diffId: string): string {
    return join(this.layer(diffId), 'fs');
  }

  newTemp(): string {
    return join(this.temp, randomUUID());
  }
}

function split(digest: string): { algorithm: string; hex: string } {
  const [, algorithm, hex] = DIGEST.exec(digest) ?? [];
  if (algorithm === undefined || hex === undefined) throw new Error(`${JSON.stringify(digest)} is no digest`);
  return { algorithm, hex };
}
