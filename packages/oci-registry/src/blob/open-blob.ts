import type { Readable } from 'node:stream';
import type { Digest } from '../content/digest.js';
import { ContentInvalidError } from '../errors.js';
import { header } from '../transport/http.js';
import type { RegistryTransport } from '../transport/transport.js';

export interface BlobRequest {
  readonly repository: string;
  /** Familiar repository name, for error sentences. */
  readonly name: string;
  readonly digest: Digest;
  /** First byte wanted; a registry that cannot do that sends all. */
  readonly offset: number;
  readonly signal: AbortSignal | undefined;
}

export interface OpenBlob {
  /** Bytes as the registry sends them: nothing about them has been checked. To be read to the end or destroyed. */
  readonly stream: Readable;
  /** Where the stream begins: the offset asked for, or 0. */
  readonly offset: number;
  /** Bytes of the whole blob as the registry says; undefined when it does not. */
  readonly total: number | undefined;
}

/** Opens a blob for reading, from an offset if the registry knows ranges (RFC 9110, 14). */
export async function openBlob(transport: RegistryTransport, { repository, name, digest, offset, signal }: BlobRequest): Promise<OpenBlob> {
  const answer = await transport.get({
    path: `${repository}/blobs/${digest}`,
    headers: offset > 0 ? { range: `bytes=${offset}-` } : {},
    subject: { repository, name },
    question: { name, what: `blob ${digest} of ${name}` },
    signal,
  });
  if (answer.status === 200) return { stream: answer.body, offset: 0, total: length(header(answer, 'content-length')) };

  const range = /^bytes (\d{1,16})-\d{1,16}\/(\d{1,16}|\*)$/.exec(header(answer, 'content-range') ?? '');
  if (range === null || Number(range[1]) !== offset) {
    answer.body.destroy();
    throw new ContentInvalidError(`${transport.endpoint.host} sent another part of blob ${digest} than the one asked for`);
  }
  return { stream: answer.body, offset, total: length(range[2]) };
}

function length(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
