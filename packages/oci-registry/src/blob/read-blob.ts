import type { Descriptor } from '../content/descriptor.js';
import { algorithmOf, digestOf } from '../content/digest.js';
import { ContentInvalidError, TooLargeError } from '../errors.js';
import type { RegistryTransport } from '../transport/transport.js';

export interface SmallBlobRequest {
  readonly repository: string;
  readonly name: string;
  readonly descriptor: Descriptor;
  /** Bytes. */
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

/** Reads a small blob, such as a config, into memory; size and digest are checked. */
export async function readBlob(transport: RegistryTransport, request: SmallBlobRequest): Promise<Buffer> {
  const { repository, name, descriptor, limit, signal } = request;
  const what = `blob ${descriptor.digest} of ${name}`;
  if (descriptor.size > limit) throw new TooLargeError(`${what} has ${descriptor.size} bytes; at most ${limit} are read`);
  const { bytes } = await transport.getWhole(
    {
      path: `${repository}/blobs/${descriptor.digest}`,
      headers: {},
      subject: { repository, name },
      question: { name, what },
      signal,
    },
    descriptor.size,
  );
  if (bytes === undefined || bytes.length !== descriptor.size) {
    throw new ContentInvalidError(`${what} does not have the ${descriptor.size} bytes that its manifest says`);
  }
  if (digestOf(bytes, algorithmOf(descriptor.digest)) !== descriptor.digest) {
    throw new ContentInvalidError(`${what} has another content than its digest: its bytes were changed on the way or in the registry`);
  }
  return bytes;
}
