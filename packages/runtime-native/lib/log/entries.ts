import { type DirectoryChange, DirectoryChanges } from './changes.js';
import { FrameReader, LogDamagedError, type LogFrame, type LogPosition } from './frames.js';
import { LineAssembler, type LogBlock, type LogLine } from './lines.js';
import { type LogMark, markAfter, readBegin } from './marks.js';
import { type LogPart, listParts, openPart } from './parts.js';
import { nextFrame } from './resync.js';

/** Here something is missing that the container wrote. */
export interface LogGap {
  readonly type: 'gap';
  /** `rotated`: removed by the log's caps before this reader came to it; `torn`: lost in a crash; `disk_full`: there was no room. */
  readonly reason: 'rotated' | 'torn' | 'disk_full';
  /** Of the log, 16 for each write included. */
  readonly bytes: number;
  /** Line breaks among them, where that is known. */
  readonly lines: number | null;
}

export type LogEntry = LogLine | LogGap;

export type LogPiece = LogEntry | LogBlock;

/** Everything from a mark on, over as many parts as there are and, with `follow`, will be. */
export class EntryReader {
  readonly #assembler: LineAssembler;
  #part: LogPart | undefined;
  #frames: FrameReader | undefined;
  /** Of what was read last; undefined where it is not known. */
  #position: LogPosition | undefined;

  constructor(
    private readonly directory: string,
    private readonly start: LogMark | undefined,
    private readonly follow: AbortSignal | undefined,
    inBlocks = false,
  ) {
    this.#assembler = new LineAssembler(inBlocks);
  }

  async *read(): AsyncGenerator<LogPiece[]> {
    const changes = this.follow && new DirectoryChanges(this.directory, this.follow);
    try {
      if (this.start) await this.begin(this.start);
      let change: DirectoryChange = 'names';
      for (;;) {
        // Both asked before reading: what was written before the end was announced, or before the next part was made, is then certainly read.
        const finished = !this.follow || this.follow.aborted;
        const next = change === 'names' || finished ? await this.nextPart() : undefined;
        const before = this.#frames?.offset;
        yield* this.rest();
        if (next) yield await this.moveOn(next);
        else if (finished) break;
        else change = this.nextChange((await changes?.next()) ?? 'names', before);
      }
      const lines: LogPiece[] = [];
      this.#assembler.end(lines);
      yield lines;
    } finally {
      changes?.close();
      await this.#part?.close();
    }
  }

  /** What was written and is not in our part is in the next one: the word of its making may have been lost (inotify(7), overflow). */
  private nextChange(change: DirectoryChange, before: number | undefined): DirectoryChange {
    return this.#frames?.offset === before ? 'names' : change;
  }

  private async begin({ part, offset, lines }: LogMark): Promise<void> {
    this.#part = await openPart(this.directory, part);
    if (!this.#part) return;
    this.#frames = new FrameReader(this.#part, offset);
    if (offset > 0) this.#position = { bytes: (await readBegin(this.directory, part)).bytes, lines };
  }

  /** The part after the one in hand, opened. Undefined while that is the newest. */
  private async nextPart(): Promise<LogPart | undefined> {
    const wanted = (this.#part?.number ?? this.start?.part ?? 0) + 1;
    const following = this.#part && (await openPart(this.directory, wanted));
    // Parts are removed the oldest first: while ours is there, none after it is missing.
    if (following || (await this.#part?.isLinked())) return following;
    for (const number of await listParts(this.directory)) {
      const part = number >= wanted ? await openPart(this.directory, number) : undefined;
      if (part) return part;
    }
    return undefined;
  }

  /** What is there of the part in hand. */
  private async *rest(): AsyncGenerator<LogPiece[]> {
    for (;;) {
      const frames = await this.readOn();
      if (!frames) return;
      const entries: LogPiece[] = [];
      for (const frame of frames) this.take(frame, entries);
      if (entries.length > 0) yield entries;
    }
  }

  /** Undefined at the end for now. Damage is passed over where whole frames stand close behind it, or the index knows a place. */
  private async readOn(): Promise<readonly (LogFrame | LogGap)[] | undefined> {
    if (!this.#frames || !this.#part) return undefined;
    try {
      const frames = await this.#frames.next();
      return frames.length > 0 ? frames : undefined;
    } catch (error) {
      if (!(error instanceof LogDamagedError)) throw error;
      const { offset } = this.#frames;
      const mark = await markAfter(this.directory, this.#part.number, Math.max(offset, error.after));
      const limit = mark?.offset ?? (await this.#part.size());
      const goOn = (await nextFrame(this.#part, Math.max(offset + 1, error.after), limit)) ?? mark?.offset;
      if (goOn !== undefined) {
        this.#frames = new FrameReader(this.#part, goOn);
        return [tornGap(goOn - offset)];
      }
      if (!(await this.nextPartExists())) throw error;
      return undefined;
    }
  }

  private async nextPartExists(): Promise<boolean> {
    const next = await this.nextPart();
    await next?.close();
    return next !== undefined;
  }

  private take(frame: LogFrame | LogGap, entries: LogPiece[]): void {
    if ('type' in frame) this.tell(frame, entries);
    else if ('payload' in frame) this.#assembler.push(frame, entries);
    else if (frame.stream === 'begin') this.takePosition(frame, entries);
    else this.tell({ type: 'gap', reason: frame.stream, bytes: frame.bytes, lines: null }, entries);
  }

  /** Where the part does not go on where the one before ended, something in between was removed. */
  private takePosition({ bytes, lines }: LogPosition, entries: LogPiece[]): void {
    const before = this.#position;
    const missing = before ? bytes - before.bytes : 0;
    if (before && missing > 0) {
      this.tell(
        { type: 'gap', reason: 'rotated', bytes: missing, lines: Math.max(0, lines - before.lines - this.#assembler.breaks) },
        entries,
      );
    }
    this.#position = { bytes, lines };
    this.#assembler.breaks = 0;
  }

  /** Lines that are open where something is missing do not go on behind it. */
  private tell(gap: LogGap, entries: LogPiece[]): void {
    this.#assembler.end(entries);
    entries.push(gap);
  }

  /** The part in hand is complete: what is left of it can never be read. */
  private async moveOn(next: LogPart): Promise<LogPiece[]> {
    const entries: LogPiece[] = [];
    const end = this.#frames?.offset ?? 0;
    const size = (await this.#part?.size()) ?? 0;
    if (this.#part && size > end) this.tell(tornGap(size - end), entries);
    if (this.#position) this.#position = { bytes: this.#position.bytes + size, lines: this.#position.lines };
    else if (this.#part) this.#position = { bytes: size, lines: 0 };
    await this.#part?.close();
    this.#part = next;
    this.#frames = new FrameReader(next, 0);
    return entries;
  }
}

const tornGap = (bytes: number): LogGap => ({ type: 'gap', reason: 'torn', bytes, lines: null });
