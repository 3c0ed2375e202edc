/** A line without its line break, or a part of one that is longer than 64 KiB or was never finished. */
export interface LogRecord {
  readonly type: 'line';
  readonly stream: 'stdout' | 'stderr';
  /** Since the epoch. */
  readonly nanoseconds: bigint;
  /** As the container wrote it, valid UTF-8 or not. */
  readonly text: Uint8Array;
  readonly partial: boolean;
}

/** Here something is missing that the container wrote. */
interface LogGap {
  readonly type: 'gap';
  /** `rotated`: removed by the log's caps before this reader came to it; `torn`: lost in a crash; `disk_full`: there was no room. */
  readonly reason: 'rotated' | 'torn' | 'disk_full';
  readonly bytes: number;
  /** Lines among them, where that is known. */
  readonly lines: number | null;
}

export type LogEntry = LogRecord | LogGap;

/** Whole lines that were written together, each with its line break. */
export interface LogBlock {
  readonly type: 'block';
  readonly stream: LogRecord['stream'];
  readonly nanoseconds: bigint;
  readonly text: Uint8Array;
}

export interface LogRange {
  /** Last lines only. */
  readonly tail?: number;
  /** Nanoseconds since the epoch, both inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
}

export abstract class LogKeeper {
  /** Removes what a container has written so far. Nobody may start it meanwhile. */
  abstract clear(containerId: string): Promise<void>;
}

export abstract class LogReader {
  /**
   * Lines in the order in which they were completed, as many at a time as one look at the log gave, read when they are asked for. With `follow` it goes on until that fires, and still delivers
   * what is written by then. A container that never ran has none.
   */
  abstract read(containerId: string, range: LogRange, follow?: AbortSignal): AsyncIterable<readonly LogEntry[]>;

  /** The same, for whoever wants all lines and can take those that were written together in one piece. */
  readBlocks(containerId: string, range: Omit<LogRange, 'tail'>, follow?: AbortSignal): AsyncIterable<readonly (LogEntry | LogBlock)[]> {
    return this.read(containerId, range, follow);
  }
}

export abstract class LogTail {
  /** The last lines of a container that does not run, read in bounded time: fewer where they are very long, or the log was just rotated. */
  abstract last(containerId: string, count: number): Promise<readonly LogRecord[]>;
}
