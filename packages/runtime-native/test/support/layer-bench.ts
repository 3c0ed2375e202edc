import { execFileSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { type UnpackedLayer, type UnpackLimits, unpackLayer } from '../../lib/unpack.js';

/** As the server uses it: far from every id of the host. */
export const UID_BASE = 2_147_418_112;
const LIMITS: UnpackLimits = { bytes: 64 * 1024 * 1024, entries: 10_000 };

/** A directory for one layer, with bait around it that no layer may reach. */
export class LayerBench {
  readonly root = mkdtempSync(join(tmpdir(), 'layer-'));
  readonly destination = join(this.root, 'dest');
  readonly canary = join(this.root, 'canary');
  private readonly before: string;

  constructor() {
    mkdirSync(this.destination);
    chownSync(this.destination, UID_BASE, UID_BASE);
    mkdirSync(join(this.canary, 'sub'), { recursive: true });
    // Writable by anybody: only confinement protects it.
    for (const name of ['secret', 'sub/file']) writeFileSync(join(this.canary, name), 'untouched', { mode: 0o666 });
    chownSync(join(this.canary, 'sub'), UID_BASE, UID_BASE);
    this.before = snapshot(this.canary);
  }

  async unpack(tar: Buffer | Readable, limits: Partial<UnpackLimits> = {}, signal?: AbortSignal): Promise<UnpackedLayer> {
    return unpackLayer({
      tar: Buffer.isBuffer(tar) ? Readable.from(chunks(tar)) : tar,
      destination: this.destination,
      uidBase: UID_BASE,
      limits: { ...LIMITS, ...limits },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  path(name: string): string {
    return join(this.destination, name);
  }

  /** Extended attributes as "key hex", asked of python3 (which node-gyp needs anyway); Node has no call for it. */
  attributes(name: string): string[] {
    return execFileSync('python3', [
      '-c',
      'import os,sys\nfor k in sorted(os.listxattr(sys.argv[1],follow_symlinks=False)): print(k, os.getxattr(sys.argv[1],k,follow_symlinks=False).hex())',
      this.path(name),
    ])
      .toString()
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Names below the destination, sorted. */
  names(): string[] {
    return walk(this.destination).sort();
  }

  /** Whether everything around the layer is as it was. */
  untouched(): boolean {
    return snapshot(this.canary) === this.before && readdirSync(this.root).sort().join() === 'canary,dest';
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Uneven pieces, so that blocks are split between reads. */
function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0, size = 700; at < bytes.length; at += size, size = Math.min(size * 2, 65_536)) yield bytes.subarray(at, at + size);
}

function walk(directory: string, prefix = ''): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((item) => {
    const name = prefix + item.name;
    return item.isDirectory() ? [name, ...walk(join(directory, item.name), `${name}/`)] : [name];
  });
}

/** Everything that a write, chmod, chown, link or touch would change. */
function snapshot(directory: string): string {
  const lines = ['.', ...walk(directory).sort()].map((name) => {
    const path = join(directory, name);
    const about = lstatSync(path, { bigint: true });
    const content = about.isFile() ? readFileSync(path, 'utf8') : about.isSymbolicLink() ? readlinkSync(path) : '';
    return [name, about.mode, about.uid, about.gid, about.nlink, about.size, about.mtimeNs, about.ctimeNs, content].join(' ');
  });
  return lines.join('\n');
}
