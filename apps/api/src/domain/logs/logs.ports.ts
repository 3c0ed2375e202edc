/** A line without its line break, or a part of one that is longer than 64 KiB or was never finished. */
export interface LogRecord {
  readonly stream: 'stdout' | 'stderr';
  /** Since the epoch. */
  readonly nanoseconds: bigint;
  /** As the container wrote it, valid UTF-8 or not. */
  readonly text: Uint8Array;
  readonly partial: boolean;
}

export interface LogRange {
  /** Last lines only. */
  readonly tail?: number;
  /** Nanoseconds since the epoch, both inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
}

export abstract class LogReader {
  /**
   * Lines in the order in which they were completed, read when they are asked for. With `follow` it goes on until that fires, and still delivers
   * what is written by then. A container that never ran has none.
   */
  abstract read(containerId: string, range: LogRange, follow?: AbortSignal): AsyncIterable<LogRecord>;
}
