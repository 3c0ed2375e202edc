import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { parseReport, type UnpackedLayer } from './unpack-report.js';

export { LayerError, type LayerErrorCode, type LayerFailure } from './unpack-errors.js';
export type { UnpackedLayer } from './unpack-report.js';

export interface UnpackLimits {
  /** Sum of the file sizes, holes included. */
  bytes: number;
  /** Entries, and parent directories made for them. */
  entries: number;
  /** Levels of directories; 256 where not given. */
  depth?: number;
}

export interface UnpackRequest {
  /** Uncompressed tar. Destroyed when unpacking fails. */
  tar: Readable;
  /** Empty directory that belongs to `uidBase`. After a failure the caller deletes it with what is in it. */
  destination: string;
  /** Host id of the layer's uid and gid 0; the layer's ids 0 to 65535 follow it. */
  uidBase: number;
  limits: UnpackLimits;
  signal?: AbortSignal;
  /** Write everything to the disk (syncfs) before success is told. */
  sync?: boolean;
  /** Absolute path of `keelson-unpack`; the one built with this package where not given. */
  helper?: string;
}

/** The helper beside this package's build; the same distance from `lib/` as from a compiled `dist/`. */
export const unpackHelper = fileURLToPath(new URL('../build/Release/keelson-unpack', import.meta.url));

const DIRECTORY_FD = 3;
const REPORT_FD = 4;
/** The report's texts are bounded by the helper (6 KiB and 4 KiB, escaped sixfold at most). */
const REPORT_LIMIT = 128 * 1024;
/** How long a helper that has lost its input may take to end before it is killed. */
const GRACE_MS = 5_000;

/**
 * Unpacks one layer in terms of overlayfs, by a process without rights on the host.
 *
 * Rejects with `LayerError`, with the error of `tar` where that failed, or with the signal's reason.
 * It settles only after the helper is gone, so the directory may be deleted at once.
 */
export async function unpackLayer(request: UnpackRequest): Promise<UnpackedLayer> {
  request.signal?.throwIfAborted();
  const directory = await open(request.destination, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    return await runHelper(request, directory.fd);
  } finally {
    await directory.close();
  }
}

async function runHelper(request: UnpackRequest, directory: number): Promise<UnpackedLayer> {
  const child = spawn(request.helper ?? unpackHelper, argumentsOf(request), {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore', directory, 'pipe'],
  });
  // Rejects when the helper cannot be started.
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  // The types know the streams of a list of three only.
  const stdin = child.stdio[0] as Writable;
  const reportStream = child.stdio[REPORT_FD] as Readable;

  const side = watchSides(request.tar, stdin);
  let grace: NodeJS.Timeout | undefined;
  const feeding = pipeline(request.tar, stdin, { signal: request.signal }).then(
    () => undefined,
    (error: unknown) => {
      // The input has ended for the helper, which notices and leaves; it is killed only if it hangs.
      stdin.destroy();
      grace = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      return { error };
    },
  );
  const reading = readReport(reportStream);
  try {
    const [code, signal] = await closed;
    const line = await reading;
    const fed = await feeding;
    request.signal?.throwIfAborted();
    if (fed !== undefined && side() === 'source') throw fed.error;
    const layer = parseReport(line, signal ?? `exit code ${String(code)}`);
    if (fed !== undefined) throw fed.error;
    return layer;
  } finally {
    clearTimeout(grace);
    request.tar.destroy();
  }
}

/** Which of the two gave up first: that one's error is told. To be called before a pipeline listens to them. */
function watchSides(source: Readable, sink: Writable): () => 'source' | 'sink' | undefined {
  let first: 'source' | 'sink' | undefined = source.destroyed && !source.readableEnded ? 'source' : undefined;
  const note = (side: 'source' | 'sink') => (): void => {
    if (side === 'sink' || !source.readableEnded) first ??= side;
  };
  for (const event of ['error', 'close']) {
    source.once(event, note('source'));
    sink.once(event, note('sink'));
  }
  return () => first;
}

function argumentsOf({ uidBase, limits, sync }: UnpackRequest): string[] {
  const args = ['--dest-fd', DIRECTORY_FD, '--report-fd', REPORT_FD, '--uid-base', uidBase];
  args.push('--limit-bytes', limits.bytes, '--limit-entries', limits.entries);
  if (limits.depth !== undefined) args.push('--limit-depth', limits.depth);
  return [...args.map(String), ...(sync === true ? ['--sync'] : [])];
}

async function readReport(stream: Readable): Promise<string> {
  stream.setEncoding('utf8');
  let line = '';
  for await (const chunk of stream) {
    if (line.length < REPORT_LIMIT) line += String(chunk);
  }
  return line;
}
