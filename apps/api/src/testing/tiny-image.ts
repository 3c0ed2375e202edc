import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { archive, file } from '../../../../packages/runtime-native/test/support/tar.js';

export interface TinyLayer {
  readonly tar: Buffer;
  readonly blob: Buffer;
  readonly digest: string;
  /** What the config will say. */
  readonly diffId: string;
}

export interface TinyImage {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
  readonly layers: readonly TinyLayer[];
  readonly config?: Record<string, unknown>;
}

/** A layer of these files; `pad` adds a file of random bytes, so that the blob has about that size. */
export function layer(files: Record<string, string>, pad = 0): TinyLayer {
  const entries = Object.entries(files).map(([name, text]) => file(name, text));
  if (pad > 0)
    entries.push(
      file(
        'pad',
        randomBytes(pad)
          .toString('latin1')
          .replaceAll(/[^ -~]/g, '~'),
      ),
    );
  return packed(archive(...entries));
}

export function packed(tar: Buffer, blob: Buffer = gzipSync(tar, { level: 1 })): TinyLayer {
  return { tar, blob, digest: sha256(blob), diffId: sha256(tar) };
}

/** Pushes the image and returns its reference with its id. */
export async function push({ host, repository, tag, layers, config = {} }: TinyImage): Promise<{ reference: string; id: string }> {
  const document = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      created: '2026-01-02T03:04:05Z',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map((_, number) => ({ created_by: `step ${number}` })),
    }),
  );
  const base = `http://${host}/v2/${repository}`;
  for (const bytes of [document, ...layers.map(({ blob }) => blob)]) await pushBlob(base, bytes);
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(document), size: document.length },
    layers: layers.map(({ blob, digest }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size: blob.length,
    })),
  };
  const headers = { 'content-type': manifest.mediaType };
  const answer = await fetch(`${base}/manifests/${tag}`, { method: 'PUT', headers, body: JSON.stringify(manifest) });
  if (answer.status !== 201) throw new Error(`push failed: ${answer.status} ${await answer.text()}`);
  return { reference: `${host}/${repository}:${tag}`, id: sha256(document) };
}

async function pushBlob(base: string, bytes: Buffer): Promise<void> {
  const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(started.headers.get('location') ?? '', base);
  place.searchParams.set('digest', sha256(bytes));
  const answer = await fetch(place, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  if (answer.status !== 201) throw new Error(`push failed: ${answer.status} ${await answer.text()}`);
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
