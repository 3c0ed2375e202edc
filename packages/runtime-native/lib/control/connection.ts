import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

import { fromTold, lostError, protocolError, RuntimeError } from '../errors.js';
import { Fields } from '../fields.js';
import { encodeFrame, type Frame, FrameDecoder, FrameType, MAX_PAYLOAD_BYTES } from './frames.js';

export interface ConnectOptions {
  /** For the connection and the answer to the request. */
  readonly timeoutMs?: number;
}

/** Bytes that may wait in our memory for a supervisor that does not read; beyond it writes are refused. */
const WRITE_LIMIT = 4 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

/**
 * One connection to a supervisor, for one request. Frames are pulled: while nobody asks, the socket is not read, and the
 * supervisor notices.
 */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #frames: AsyncGenerator<Frame, void>;
  #failure: RuntimeError | undefined;
  #letGo = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= lostError(`the connection to the supervisor broke off: ${error.message}`, Math.abs(error.errno ?? 0));
    });
    this.#frames = this.#read();
  }

  /** Connects, sends the request and takes the answer. Rejects with what the supervisor told, or that it is gone. */
  static async request(
    socketPath: string,
    body: Readonly<Record<string, unknown>>,
    { timeoutMs = TIMEOUT_MS }: ConnectOptions = {},
  ): Promise<{ connection: ControlConnection; response: Fields }> {
    const request = encodeFrame(FrameType.request, Buffer.from(JSON.stringify(body)));
    if (request.length > MAX_PAYLOAD_BYTES) throw protocolError('the request is longer than a frame can be');
    const socket = createConnection(socketPath);
    const timer = setTimeout(() => socket.destroy(overdue(timeoutMs)), timeoutMs);
    try {
      await once(socket, 'connect').catch((error: NodeJS.ErrnoException) => {
        throw error instanceof RuntimeError ? error : unreachable(socketPath, error);
      });
      const connection = new ControlConnection(socket);
      socket.write(request);
      return { connection, response: await connection.#response() };
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next frame; undefined when the supervisor has closed the connection. */
  async next(): Promise<Frame | undefined> {
    const { value } = await this.#frames.next();
    return value ?? undefined;
  }

  /** Resolves when the kernel has the bytes. Calls keep their order. */
  async write(type: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    if (!this.#socket.writable) throw this.#failure ?? lostError('the connection to the supervisor is closed');
    if (this.#socket.writableLength + bytes.length > WRITE_LIMIT)
      throw lostError(`more than ${WRITE_LIMIT} bytes wait to be sent; wait for the earlier ones`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sent = (error?: Error | null) => {
      if (error) reject(this.#failure ?? lostError(`the connection to the supervisor broke off: ${error.message}`));
      else resolve();
    };
    for (let start = 0; start < bytes.length; start += MAX_PAYLOAD_BYTES) {
      const end = start + MAX_PAYLOAD_BYTES;
      this.#socket.write(encodeFrame(type, bytes.subarray(start, end)), end < bytes.length ? undefined : sent);
    }
    return promise;
  }

  /** For frames nobody waits for. Nothing happens once the connection is gone. */
  tell(type: number, payload?: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(encodeFrame(type, payload));
  }

  /** Whether we ended it. */
  get letGo(): boolean {
    return this.#letGo;
  }

  /** `next` then tells the end. */
  close(): void {
    this.#letGo = true;
    this.#socket.destroy();
  }

  async *#read(): AsyncGenerator<Frame, void> {
    const decoder = new FrameDecoder();
    try {
      for await (const piece of this.#socket) yield* decoder.push(piece as Buffer);
    } catch (error) {
      if (this.#letGo) return;
      if (error instanceof RuntimeError) throw error;
      throw this.#failure ?? lostError('the connection to the supervisor broke off');
    } finally {
      this.#socket.destroy();
    }
    if (!decoder.empty) throw protocolError('the connection to the supervisor ended inside a frame');
  }

  async #response(): Promise<Fields> {
    const frame = await this.next();
    if (!frame) throw lostError('the supervisor closed the connection without an answer');
    if (frame.type !== FrameType.response) throw protocolError(`the supervisor answered with a frame of type ${frame.type}`);
    const response = Fields.parse('the answer of the supervisor', frame.payload.toString('utf8'));
    if (!response.flag('ok')) throw fromTold(response.values);
    return response;
  }
}

function overdue(timeoutMs: number): RuntimeError {
  return new RuntimeError(`the supervisor has not answered within ${timeoutMs / 1000} s`, { code: 'CONTROL_TIMEOUT', stage: '', errno: 0 });
}

function unreachable(socketPath: string, error: NodeJS.ErrnoException): RuntimeError {
  return lostError(`no supervisor answers at ${socketPath} (${error.code ?? error.message})`, Math.abs(error.errno ?? 0));
}
