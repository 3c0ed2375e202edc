import { compressibleParts, compressPart } from '@keelson/runtime-native/log';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { ContainerRegistry } from '../../domain/containers/container-registry.js';
import { Faults } from '../../domain/faults.js';
import { containerPaths } from '../runtime/container-paths.js';

const INTERVAL_MS = 5000;
/** A part that has been complete for less is likely to be followed still, or to be rotated away soon. */
const QUIET_MS = 2000;
/** A log that could not be compressed is left alone for so long: on a full disk that is no news every five seconds. */
const PATIENCE_MS = 600_000;

/** Compresses parts of logs that are complete, one at a time and off the event loop; no writer and no reader waits for it. */
@Injectable()
export class LogCompressor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly failedAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly config: Config,
    private readonly registry: ContainerRegistry,
    private readonly faults: Faults,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    await this.sweeping;
  }

  private tick(): void {
    this.sweeping ??= this.sweep().finally(() => {
      this.sweeping = undefined;
    });
  }

  private async sweep(): Promise<void> {
    for (const [id, time] of this.failedAt) if (performance.now() - time > PATIENCE_MS) this.failedAt.delete(id);
    for (const { id } of this.registry.all()) {
      if (this.stop.signal.aborted) return;
      if (!this.failedAt.has(id)) await this.compress(id).catch((error: unknown) => this.failed(id, error));
    }
  }

  /** A container that is being removed takes its log with it. */
  private failed(containerId: string, error: unknown): void {
    if (this.stop.signal.aborted || !this.registry.get(containerId)) return;
    this.failedAt.set(containerId, performance.now());
    this.faults.report(`compress the log of container ${containerId}`, error);
  }

  private async compress(containerId: string): Promise<void> {
    const { logs } = containerPaths(this.config, containerId);
    for (const part of await compressibleParts(logs, QUIET_MS)) await compressPart(logs, part, this.stop.signal);
  }
}
