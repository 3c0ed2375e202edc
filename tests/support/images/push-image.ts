import { readFile } from 'node:fs/promises';
import type { Blob } from './blobs.js';
import type { BuiltImage } from './build-images.js';

interface Target {
  /** `127.0.0.1:port` of a registry on plain HTTP. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** Pushes by the OCI distribution protocol: blobs first, since a registry refuses a manifest whose blobs it lacks. */
export async function pushImage(image: BuiltImage, target: Target): Promise<void> {
  const base = `http://${target.host}/v2/${target.repository}`;
  const authorization = headersFor(target.credentials);
  for (const blob of [image.config, ...image.layers]) await pushBlob(base, blob, authorization);
  const answer = await fetch(`${base}/manifests/${target.tag}`, {
    method: 'PUT',
    headers: { ...authorization, 'content-type': image.manifestType },
    body: await readFile(image.manifest.file),
  });
  await expectStatus(answer, 201);
}

async function pushBlob(base: string, blob: Blob, authorization: Record<string, string>): Promise<void> {
  const there = await fetch(`${base}/blobs/${blob.digest}`, { method: 'HEAD', headers: authorization });
  if (there.ok) return;
  const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers: authorization });
  await expectStatus(started, 202);
  const place = new URL(started.headers.get('location') ?? '', base);
  place.searchParams.set('digest', blob.digest);
  const answer = await fetch(place, {
    method: 'PUT',
    headers: { ...authorization, 'content-type': 'application/octet-stream' },
    body: await readFile(blob.file),
  });
  await expectStatus(answer, 201);
}

function headersFor(credentials: Target['credentials']): Record<string, string> {
  if (credentials === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}` };
}

async function expectStatus(answer: Response, status: number): Promise<void> {
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`push failed: ${answer.status} ${text}`);
}
