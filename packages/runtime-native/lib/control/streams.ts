import { lostError } from '../errors.js';
import { Fields } from '../fields.js';
import type { ControlConnection } from './connection.js';
import { type Frame, FrameType } from './frames.js';

export type OutputChunk =
  | { readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  /** This many bytes did not fit while nobody pulled. */
  | { readonly stream: 'gap'; readonly bytes: number };

/**
 * A live connection to a process. Output is pulled: while nobody asks for the next chunk, an exec'd process waits, an attached
 * container does not. `output` can be iterated once; it ends with the process or with `close`, and throws `CONTROL_LOST` when the
 * connection ends otherwise.
 */
export interface ProcessStreams {
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves when the kernel has the bytes; rejects with `CONTROL_LOST` once the process or the connection is gone. */
  write(bytes: Uint8Array): Promise<void>;
  closeStdin(): void;
  resize(rows: number, cols: number): void;
  signal(signal: number): void;
  /** Resolves after the last output chunk was taken; rejects with `CONTROL_LOST`. */
  readonly exit: Promise<{ readonly exitCode: number; readonly signal: number }>;
  /** Lets go of the connection; the process goes on. */
  close(): void;
}

/** The streams of a connection whose request was answered. */
export function openStreams(connection: ControlConnection): ProcessStreams {
  const exit = Promise.withResolvers<{ exitCode: number; signal: number }>();
  // Many callers want the output only; the failure reaches them there.
  exit.promise.catch(() => undefined);
  return {
    output: readOutput(connection, exit),
    write: (bytes) => connection.write(FrameType.stdin, bytes),
    closeStdin: () => connection.tell(FrameType.stdinEof),
    resize: (rows, cols) => connection.tell(FrameType.resize, resizePayload(rows, cols)),
    signal: (signal) => connection.tell(FrameType.signal, signalPayload(signal)),
    exit: exit.promise,
    close: () => {
      connection.close();
      exit.reject(lostError('the connection to the process was closed'));
    },
  };
}

async function* readOutput(
  connection: ControlConnection,
  exit: PromiseWithResolvers<{ exitCode: number; signal: number }>,
): AsyncGenerator<OutputChunk, void> {
  try {
    for (let frame = await connection.next(); frame; frame = await connection.next()) {
      if (frame.type === FrameType.exit) {
        exit.resolve(exitOf(frame));
        return;
      }
      const chunk = chunkOf(frame);
      if (chunk) yield chunk;
    }
    if (!connection.letGo) throw lostError('the connection to the process ended before the process did');
  } catch (error) {
    exit.reject(error);
    throw error;
  } finally {
    connection.close();
    exit.reject(lostError('the connection to the process was closed'));
  }
}

/** Types that we do not know are passed over: a later supervisor may say more. */
function chunkOf({ type, payload }: Frame): OutputChunk | undefined {
  if (type === FrameType.stdout) return { stream: 'stdout', bytes: payload };
  if (type === FrameType.stderr) return { stream: 'stderr', bytes: payload };
  if (type === FrameType.gap && payload.length === 8) return { stream: 'gap', bytes: Number(payload.readBigUInt64LE(0)) };
  return undefined;
}

function exitOf({ payload }: Frame): { exitCode: number; signal: number } {
  const fields = Fields.parse('the exit that the supervisor told', payload.toString('utf8'));
  return { exitCode: fields.integer('exitCode'), signal: fields.integer('signal') };
}

function resizePayload(rows: number, cols: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16LE(rows, 0);
  payload.writeUInt16LE(cols, 2);
  return payload;
}

function signalPayload(signal: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(signal, 0);
  return payload;
}
