import type { OutputChunk, ProcessStreams } from '../domain/containers/containers.ports.js';

/** A process whose output a test writes, and which remembers what was done to it. */
export class ScriptedStreams implements ProcessStreams {
  readonly written: string[] = [];
  readonly sizes: [number, number][] = [];
  readonly signals: number[] = [];
  /** Chunks that were asked for. */
  pulled = 0;
  closed = false;
  stdinClosed = false;
  private readonly chunks: (OutputChunk | null | Error)[] = [];
  private wake = () => {};
  private readonly ended = Promise.withResolvers<{ exitCode: number }>();
  readonly exit = this.ended.promise;
  readonly output = this.read();

  say(text: string): void {
    this.push({ stream: 'stdout', bytes: Buffer.from(text) });
  }

  miss(bytes: number): void {
    this.push({ stream: 'gap', bytes });
  }

  end(exitCode: number): void {
    this.ended.resolve({ exitCode });
    this.push(null);
  }

  lose(message: string): void {
    this.push(new Error(message));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.written.push(Buffer.from(bytes).toString());
  }

  closeStdin(): void {
    this.stdinClosed = true;
  }

  resize(rows: number, cols: number): void {
    this.sizes.push([rows, cols]);
  }

  signal(signal: number): void {
    this.signals.push(signal);
  }

  close(): void {
    this.closed = true;
  }

  private push(chunk: OutputChunk | null | Error): void {
    this.chunks.push(chunk);
    this.wake();
  }

  private async *read(): AsyncGenerator<OutputChunk> {
    for (;;) {
      while (this.chunks.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      const chunk = this.chunks.shift();
      if (chunk instanceof Error) throw chunk;
      if (!chunk) return;
      this.pulled++;
      yield chunk;
    }
  }
}
