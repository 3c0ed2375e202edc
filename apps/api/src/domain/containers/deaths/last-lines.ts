import { Injectable } from '@nestjs/common';
import { Faults } from '../../faults.js';
import { type LogRecord, LogTail } from '../../logs/logs.ports.js';
import type { Container } from '../container.js';
import type { DeathLogLine } from './death.js';

const LINES = 20;
const LINE_BYTES = 512;

/** What a container said last. */
@Injectable()
export class LastLines {
  constructor(
    private readonly tail: LogTail,
    private readonly faults: Faults,
  ) {}

  /** Of the run since that instant. Never rejects: a log that cannot be read has no lines, and the fault is told. */
  async of(container: Container, startedAt: Date | null): Promise<DeathLogLine[]> {
    if (startedAt === null) return [];
    const since = BigInt(startedAt.getTime()) * 1_000_000n;
    try {
      const lines = await this.tail.last(container.id, LINES);
      return lines.filter(({ nanoseconds }) => nanoseconds >= since).map(shortened);
    } catch (error) {
      this.faults.report(`read the last lines of ${container.name}`, error);
      return [];
    }
  }
}

function shortened({ stream, nanoseconds, text }: LogRecord): DeathLogLine {
  const { buffer, byteOffset, length } = text;
  return { stream, nanoseconds, text: Buffer.from(buffer, byteOffset, Math.min(length, LINE_BYTES)).toString() };
}
