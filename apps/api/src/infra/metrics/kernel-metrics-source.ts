import { StatsReader } from '@keelson/runtime-native';
import { Injectable } from '@nestjs/common';
import type { Container } from '../../domain/containers/container.js';
import type { RawSample } from '../../domain/metrics/metrics.js';
import { MetricsSource } from '../../domain/metrics/metrics.ports.js';

/** The files of the containers' cgroups and network namespaces. */
@Injectable()
export class KernelMetricsSource extends MetricsSource {
  private readonly reader = new StatsReader();

  add({ id, cgroupPath, config, run }: Container): void {
    // With the host's network the counters of the namespace would be the host's.
    const pid = config.network === 'host' ? null : run.pid;
    try {
      this.reader.add(id, cgroupPath, pid);
    } catch {
      // It has ended since the record was read; its exit is on the way, and there is nothing to count.
    }
  }

  remove(containerId: string): void {
    this.reader.remove(containerId);
  }

  async read(): Promise<Map<string, RawSample>> {
    const samples = await this.reader.sample();
    return new Map([...samples].filter((entry): entry is [string, RawSample] => entry[1] !== null));
  }
}
