import type { Container } from '../containers/container.js';
import type { RawSample } from './metrics.js';

/** Where the kernel counts. Sources are opened once and read together. */
export abstract class MetricsSource {
  abstract add(container: Container): void;
  abstract remove(containerId: string): void;
  /** All that were added, in one go; a container whose group has gone is left out. */
  abstract read(): Promise<Map<string, RawSample>>;
}
