import { Injectable } from '@nestjs/common';
import { Faults } from '../../faults.js';
import { LogReader } from '../../logs/logs.ports.js';
import type { Container } from '../container.js';
import type { DeathLogLine } from './death.js';

const LINES = 20;
const LINE_BYTES = 512;

/** What a container said last. */
@Injectable()
export class LastLines {
  constructor(
    private readonly reader: LogReader,
    private readonly faults: Faults,
  ) {}

  /** Of the run since that instant. Never rejects: a log that cannot be read has no lines, and the fault is told. */
  async of(container: Container, startedAt: Date | null): Promise<DeathLogLine[]> {
    if (startedAt === null) return [];
    const lines: DeathLogLine[] = [];
    try {
      const range = { tail: LINES, since: BigInt(startedAt.getTime()) * 1_000_000n };
      for await (const entries of this.reader.read(container.id, range)) {
        for (const entry of entries) if (entry.type === 'line') lines.push({ ...shortened(entry), stream: entry.stream });
      }
    } catch (error) {
      this.faults.report(`read the last lines of ${container.name}`, error);
    }
    return lines.slice(-LINES);
  }
}

function shortened({ nanoseconds, text }: { readonly nanoseconds: bigint; readonly text: Uint8Array }): Omit<DeathLogLine, 'stream'> {
  const { buffer, byteOffset, length } = text;
  return { nanoseconds, text: Buffer.from(buffer, byteOffset, Math.min(length, LINE_BYTES)).toString() };
}
