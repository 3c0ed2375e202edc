import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { ExecRequest, ProcessStreams } from './containers.ports.js';
import { OpenExec } from './open-exec.js';

/** Bytes kept of each stream; the rest is read and dropped, so that the process can go on. */
const MAX_OUTPUT = 1024 * 1024;

export interface CollectedExec {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly truncated: boolean;
}

export interface CollectRequest extends Omit<ExecRequest, 'stdin' | 'tty'> {
  /** Given to the process, then closed; absent: its stdin is empty. */
  readonly stdin?: Uint8Array;
}

/** Runs a command inside to its end. */
@Injectable()
export class ExecContainer {
  constructor(private readonly openExec: OpenExec) {}

  /** `signal`: the caller has gone; the process loses its streams and lives on. */
  async execute(principal: Principal, reference: string, request: CollectRequest, signal?: AbortSignal): Promise<CollectedExec> {
    const { stdin, ...rest } = request;
    const { streams } = await this.openExec.execute(principal, reference, { ...rest, stdin: stdin !== undefined });
    const close = () => streams.close();
    signal?.addEventListener('abort', close, { once: true });
    try {
      if (stdin) void feed(streams, stdin);
      return await collect(streams);
    } finally {
      signal?.removeEventListener('abort', close);
      close();
    }
  }
}

/** A process need not read what it is given: that it has gone before is no error. */
async function feed(streams: ProcessStreams, bytes: Uint8Array): Promise<void> {
  await streams.write(bytes).catch(() => undefined);
  streams.closeStdin();
}

async function collect(streams: ProcessStreams): Promise<CollectedExec> {
  const kept = { stdout: new BoundedBytes(), stderr: new BoundedBytes() };
  for await (const chunk of streams.output) {
    if (chunk.stream !== 'gap') kept[chunk.stream].add(chunk.bytes);
  }
  const { exitCode } = await streams.exit;
  const truncated = kept.stdout.truncated || kept.stderr.truncated;
  return { exitCode, stdout: kept.stdout.bytes(), stderr: kept.stderr.bytes(), truncated };
}

class BoundedBytes {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;
  truncated = false;

  add(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, MAX_OUTPUT - this.length);
    if (kept.length < bytes.length) this.truncated = true;
    if (kept.length === 0) return;
    this.chunks.push(kept);
    this.length += kept.length;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}
