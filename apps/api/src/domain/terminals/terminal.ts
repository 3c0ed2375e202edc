import type { OutputChunk, ProcessStreams } from '../containers/containers.ports.js';

/** What a client gets of a terminal. */
export interface TerminalClient {
  /** Resolves when there is room for more. */
  output(bytes: Uint8Array): Promise<void>;
  gap(bytes: number): void;
  exit(exitCode: number): void;
  /** The terminal has lost its process without an exit code, or another client took its place. */
  closed(reason: string): void;
}

/** Bytes of the newest output that a client gets after it comes back. */
const REPLAY_BYTES = 64 * 1024;

/**
 * One pseudo terminal of a user, which outlives the connections that show it. While a client is there, output is taken at its pace: an exec'd process
 * waits, an attached container does not (the ring of its supervisor overflows and says so). While none is there, output is read on and the newest kept.
 */
export class Terminal {
  private readonly replay: Buffer[] = [];
  private replayBytes = 0;
  private client: TerminalClient | undefined;
  private exitCode: number | undefined;
  private over: string | undefined;

  constructor(
    readonly id: string,
    readonly ownerId: string,
    readonly tenantId: string,
    /** Detach only, rather than hang up, when the user closes it. */
    private readonly attached: boolean,
    private readonly streams: ProcessStreams,
  ) {}

  /** Runs until the process has ended or the connection to it is gone. Never rejects. */
  async run(): Promise<void> {
    try {
      for await (const chunk of this.streams.output) await this.take(chunk);
      this.exitCode = (await this.streams.exit).exitCode;
      this.client?.exit(this.exitCode);
    } catch (error) {
      this.over = error instanceof Error ? error.message : String(error);
      this.client?.closed(this.over);
    }
  }

  /** The new client takes the place of one that is still there, and first gets what is kept. */
  async connect(client: TerminalClient): Promise<void> {
    this.client?.closed('this terminal was opened somewhere else');
    this.client = client;
    const kept = Buffer.concat(this.replay);
    if (kept.length > 0) await client.output(kept);
    if (this.exitCode !== undefined) client.exit(this.exitCode);
    else if (this.over !== undefined) client.closed(this.over);
  }

  /** True when that client was the one. */
  disconnect(client: TerminalClient): boolean {
    if (this.client !== client) return false;
    this.client = undefined;
    return true;
  }

  hasClient(): boolean {
    return this.client !== undefined;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.streams.write(bytes);
  }

  resize(rows: number, cols: number): void {
    this.streams.resize(rows, cols);
  }

  /** SIGHUP to what was exec'd, as a terminal does when it goes away; PID 1 of a container is only let go. */
  close(): void {
    if (!this.attached && this.exitCode === undefined && this.over === undefined) this.streams.signal(SIGHUP);
    this.streams.close();
  }

  private async take(chunk: OutputChunk): Promise<void> {
    if (chunk.stream === 'gap') return this.client?.gap(chunk.bytes);
    this.keep(Buffer.from(chunk.bytes));
    await this.client?.output(chunk.bytes);
  }

  private keep(bytes: Buffer): void {
    this.replay.push(bytes.subarray(-REPLAY_BYTES));
    this.replayBytes += Math.min(bytes.length, REPLAY_BYTES);
    while (this.replayBytes - (this.replay[0]?.length ?? 0) >= REPLAY_BYTES) this.replayBytes -= this.replay.shift()?.length ?? 0;
  }
}

const SIGHUP = 1;
