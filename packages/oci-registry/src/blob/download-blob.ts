import type { Descriptor } from '../content/descriptor.js';
import { ContentInvalidError, UnavailableError } from '../errors.js';
import { connectionError, describe } from '../transport/connection-error.js';
import { isConnectionTrouble } from '../transport/retry.js';
import type { RegistryTransport } from '../transport/transport.js';
import { openBlob } from './open-blob.js';
import { PartialFile } from './partial-file.js';

export interface DownloadProgress {
  /** Bytes on disk, those of an earlier attempt included. It falls back to 0 when a registry cannot resume. */
  readonly currentBytes: number;
  readonly totalBytes: number;
}

export interface BlobDownload {
  readonly repository: string;
  /** Familiar repository name, for error sentences. */
  readonly name: string;
  readonly descriptor: Descriptor;
  /** Absolute path of the finished blob; `<file>.partial` beside it while it is on its way. */
  readonly file: string;
  readonly signal: AbortSignal | undefined;
  /** Called for every chunk written: throttle it where that is too often. */
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

// Less than this between two breaks is no progress: a server that gives a byte at a time must not be asked for ever.
const PROGRESS_BYTES = 64 * 1024;

/**
 * Fetches a blob into a file: resumed from what an earlier attempt left, reconnected in place, never longer than its
 * descriptor says, and given its name only when size and digest are right (R19). Wrong bytes are deleted; on any other
 * failure, or an abort, the partial file stays for the next attempt.
 */
export async function downloadBlob(transport: RegistryTransport, download: BlobDownload): Promise<void> {
  const { descriptor, signal } = download;
  const partial = await PartialFile.open(download.file, descriptor.digest, descriptor.size, signal);
  try {
    await fill(transport, download, partial);
    if (!partial.matches()) {
      throw new ContentInvalidError(
        `blob ${descriptor.digest} of ${download.name} has another content than its digest: its bytes were changed on the way or in the registry`,
      );
    }
    await partial.commit();
  } catch (error) {
    if (error instanceof ContentInvalidError) await partial.remove();
    throw error;
  } finally {
    await partial.close();
  }
}

async function fill(transport: RegistryTransport, download: BlobDownload, partial: PartialFile): Promise<void> {
  let failures = 0;
  while (partial.size < download.descriptor.size) {
    const before = partial.size;
    const trouble = await transfer(transport, download, partial);
    if (trouble === undefined) continue;
    failures = partial.size - before >= PROGRESS_BYTES ? 1 : failures + 1;
    if (failures >= transport.attempts) {
      throw new UnavailableError(
        `download of blob ${download.descriptor.digest} of ${download.name} from ${transport.endpoint.host} broke off ${failures} times at byte ${partial.size}: ${describe(trouble)}`,
        { cause: trouble },
      );
    }
    await transport.backOff(failures, download.signal);
  }
}

/** One connection's worth. Returns what broke it, or undefined when the blob is complete. */
async function transfer(transport: RegistryTransport, download: BlobDownload, partial: PartialFile): Promise<unknown> {
  const { repository, name, descriptor, signal } = download;
  const opened = await openBlob(transport, { repository, name, digest: descriptor.digest, offset: partial.size, signal });
  try {
    if (opened.total !== undefined && opened.total !== descriptor.size) throw wrongSize(download, opened.total);
    if (opened.offset !== partial.size) await partial.restart();
    for await (const chunk of opened.stream as AsyncIterable<Buffer>) {
      if (partial.size + chunk.length > descriptor.size) throw wrongSize(download, partial.size + chunk.length);
      await partial.append(chunk);
      download.onProgress?.({ currentBytes: partial.size, totalBytes: descriptor.size });
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isConnectionTrouble(error)) return error;
    // What the disk says (ENOSPC) is not the registry's doing: it passes as it is.
    throw isDiskTrouble(error) ? error : connectionError(error, transport.endpoint.host, signal);
  } finally {
    opened.stream.destroy();
  }
  return partial.size < descriptor.size ? new Error('the answer ended too early') : undefined;
}

function isDiskTrouble(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && ['write', 'ftruncate', 'open', 'fsync', 'rename'].includes(String(error.syscall));
}

function wrongSize({ descriptor, name }: BlobDownload, seen: number): ContentInvalidError {
  return new ContentInvalidError(`blob ${descriptor.digest} of ${name} has ${seen} bytes or more; its manifest says ${descriptor.size}`);
}
