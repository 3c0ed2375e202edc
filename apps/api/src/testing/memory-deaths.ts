import { type Death, KEPT_DEATHS } from '../domain/containers/deaths/death.js';
import { DeathArchive } from '../domain/containers/deaths/deaths.ports.js';
import { type LogRecord, LogTail } from '../domain/logs/logs.ports.js';

/** Later than any start in tests. */
const NOW = BigInt(Date.parse('2030-01-01T00:00:00Z')) * 1_000_000n;

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
export class MemoryLog extends LogTail {
  lines: readonly string[] = [];

  override async last(_containerId: string, count: number): Promise<readonly LogRecord[]> {
    return this.lines
      .slice(-count)
      .map((text) => ({ type: 'line', stream: 'stdout', nanoseconds: NOW, text: Buffer.from(text), partial: false }));
  }
}
