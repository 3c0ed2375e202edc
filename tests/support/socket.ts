import { type RawData, WebSocket } from 'ws';
import type { z } from 'zod';

const WAIT_MS = 15_000;

/** A WebSocket whose messages are kept until they are asked for. */
export class Socket {
  private readonly texts: unknown[] = [];
  private bytes = Buffer.alloc(0);
  private wake: (() => void) | undefined;
  /** Set once the connection is gone. */
  closeCode: number | undefined;

  private constructor(readonly raw: WebSocket) {
    raw.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) this.bytes = Buffer.concat([this.bytes, data as Buffer]);
      else this.texts.push(JSON.parse(data.toString()));
      this.wake?.();
    });
    raw.on('error', () => undefined);
    raw.on('close', (code) => {
      this.closeCode = code;
      this.wake?.();
    });
  }

  static open(url: URL, headers: Readonly<Record<string, string>>): Promise<Socket> {
    const raw = new WebSocket(url, { headers });
    const socket = new Socket(raw);
    return new Promise((resolve, reject) => {
      raw.once('open', () => resolve(socket));
      raw.once('unexpected-response', (_, response) => {
        raw.terminate();
        reject(new Error(`refused with status ${response.statusCode}`));
      });
      raw.once('error', reject);
    });
  }

  send(message: object): void {
    this.raw.send(JSON.stringify(message));
  }

  type(text: string): void {
    this.raw.send(Buffer.from(text), { binary: true });
  }

  /** The next text message that the predicate takes; the ones before it are dropped. */
  async next<T>(schema: z.ZodType<T>, takes: (message: T) => boolean = () => true): Promise<T> {
    return this.until('a message', () => {
      while (this.texts.length > 0) {
        const message = schema.parse(this.texts.shift());
        if (takes(message)) return message;
      }
      return undefined;
    });
  }

  /** Waits until the binary bytes so far, as text, match; what was matched and everything before it is taken away. */
  async output(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(
      `output ${pattern}`,
      () => {
        const text = this.bytes.toString('latin1');
        const match = pattern.exec(text);
        if (match === null) return undefined;
        this.bytes = this.bytes.subarray(match.index + match[0].length);
        return match;
      },
      () => `, got ${JSON.stringify(this.bytes.toString('latin1').slice(-2000))}`,
    );
  }

  async closed(): Promise<number> {
    return this.until('the close', () => this.closeCode);
  }

  close(): void {
    this.raw.close();
  }

  /** As when the client's machine disappears. */
  terminate(): void {
    this.raw.terminate();
  }

  private async until<T>(what: string, take: () => T | undefined, seen = () => ''): Promise<T> {
    const end = Date.now() + WAIT_MS;
    for (;;) {
      const taken = take();
      if (taken !== undefined) return taken;
      if (this.closeCode !== undefined) throw new Error(`the connection closed (${this.closeCode}) while waiting for ${what}${seen()}`);
      if (Date.now() >= end) throw new Error(`no ${what} within ${WAIT_MS} ms${seen()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - Date.now());
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
