import type { Container } from '../containers/container.js';
import type { RawSample, Sample } from './metrics.js';

/** Where the kernel counts. Sources are opened once and read together. */
export abstract class MetricsSource {
  abstract add(container: Container): void;
  abstract remove(containerId: string): void;
  /** All that were added, in one go; a container whose group has gone is left out. */
  abstract read(): Promise<Map<string, RawSample>>;
}

/** Seconds between two samples that are kept for longer than the ten minutes in memory. */
export const ARCHIVE_STEPS = [10, 60] as const;
export type ArchiveStep = (typeof ARCHIVE_STEPS)[number];

/** Where samples outlive the server, in a fixed space for each container: six hours in steps of ten seconds, seven days in steps of a minute. */
export abstract class MetricsArchive {
  abstract write(containerId: string, step: ArchiveStep, sample: Sample): Promise<void>;
  /** From `from` to `to`, both included, oldest first. */
  abstract read(containerId: string, step: ArchiveStep, from: Date, to: Date): Promise<Sample[]>;
}
