import { type Death, KEPT_DEATHS } from '../domain/containers/deaths/death.js';
import { DeathArchive } from '../domain/containers/deaths/deaths.ports.js';
import { type LogEntry, type LogRange, LogReader } from '../domain/logs/logs.ports.js';

export class MemoryDeaths extends DeathArchive {
  private readonly deaths = new Map<string, Death[]>();

  override async append(containerId: string, death: Death): Promise<void> {
    this.deaths.set(containerId, [...(await this.read(containerId)), death].slice(-KEPT_DEATHS));
  }

  override async read(containerId: string): Promise<Death[]> {
    return this.deaths.get(containerId) ?? [];
  }
}

/** Says the same of every container. */
export class MemoryLog extends LogReader {
  lines: readonly string[] = [];

  override async *read(_containerId: string, { tail = this.lines.length }: LogRange): AsyncGenerator<readonly LogEntry[]> {
    yield this.lines
      .slice(-tail)
      .map((text) => ({ type: 'line', stream: 'stdout', nanoseconds: 1n, text: Buffer.from(text), partial: false }));
  }
}
