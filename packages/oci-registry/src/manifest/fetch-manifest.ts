import type { Descriptor } from '../content/descriptor.js';
import { algorithmOf, type Digest, digestOf, isDigest } from '../content/digest.js';
import { ContentInvalidError, TooLargeError } from '../errors.js';
import { header } from '../transport/http.js';
import type { RegistryTransport } from '../transport/transport.js';
import type { ImageIndex, Manifest } from './document.js';
import { ACCEPT_MANIFEST, bareMediaType, isGenericType } from './media-types.js';
import { parseDocument } from './parse-document.js';

/** The distribution spec asks registries to take at least 4 MiB; more than that is nobody's image. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export interface ManifestRequest {
  readonly repository: string;
  /** Familiar repository name, for error sentences. */
  readonly name: string;
  /** A tag, a digest, or the descriptor from an index. */
  readonly target: string | Digest | Descriptor;
  readonly signal: AbortSignal | undefined;
}

export interface FetchedDocument {
  readonly document: Manifest | ImageIndex;
  /** The very bytes, for storing: the digest is over them. */
  readonly bytes: Buffer;
  readonly digest: Digest;
}

/** Fetches a manifest or index, checked for size, digest, media type and shape, in that order. */
export async function fetchManifest(
  transport: RegistryTransport,
  { repository, name, target, signal }: ManifestRequest,
): Promise<FetchedDocument> {
  const descriptor = typeof target === 'string' ? undefined : target;
  const tagOrDigest = typeof target === 'string' ? target : target.digest;
  const expected = isDigest(tagOrDigest) ? tagOrDigest : undefined;
  const full = expected === undefined ? `${name}:${tagOrDigest}` : `${name}@${expected}`;
  const limit = Math.min(MAX_MANIFEST_BYTES, descriptor?.size ?? MAX_MANIFEST_BYTES);

  const { answer, bytes } = await transport.getWhole(
    {
      path: `${repository}/manifests/${tagOrDigest}`,
      headers: { accept: ACCEPT_MANIFEST },
      subject: { repository, name },
      question: { name, what: `manifest for ${full}` },
      signal,
    },
    limit,
  );
  if (bytes === undefined) throw new TooLargeError(`manifest of ${full} is larger than ${limit} bytes`);
  if (descriptor !== undefined && bytes.length !== descriptor.size) {
    throw new ContentInvalidError(`manifest of ${full} has ${bytes.length} bytes; the index says ${descriptor.size}`);
  }
  const digest = checkedDigest(bytes, expected, header(answer, 'docker-content-digest'), full);
  const document = parseDocument(bytes, boundType(header(answer, 'content-type'), descriptor, full), full);
  return { document, bytes, digest };
}

/** The index that led here has the last word on what the bytes are; an answer may not contradict it. */
function boundType(contentType: string | undefined, descriptor: Descriptor | undefined, full: string): string | undefined {
  if (descriptor === undefined) return contentType;
  const announced = bareMediaType(contentType);
  if (!isGenericType(announced) && announced !== descriptor.mediaType) {
    throw new ContentInvalidError(
      `manifest of ${full} is listed as ${JSON.stringify(descriptor.mediaType)} and comes as ${JSON.stringify(announced)}`,
    );
  }
  return descriptor.mediaType;
}

function checkedDigest(bytes: Buffer, expected: Digest | undefined, announced: string | undefined, full: string): Digest {
  const wanted = expected ?? (isDigest(announced) ? announced : undefined);
  const actual = digestOf(bytes, wanted === undefined ? 'sha256' : algorithmOf(wanted));
  if (wanted !== undefined && actual !== wanted) {
    throw new ContentInvalidError(
      `manifest of ${full} does not have the digest ${wanted}: its bytes were changed on the way or in the registry`,
    );
  }
  return actual;
}
