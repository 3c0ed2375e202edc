import type { ContainerConfig } from './container.js';
import { ioDevicePaths } from './limits/io.js';

/** Every node of the host that a container needs, once each. */
export function devicePaths({ devices, resources }: Pick<ContainerConfig, 'devices' | 'resources'>): string[] {
  return [...new Set([...ioDevicePaths(resources), ...devices.map(({ hostPath }) => hostPath)])];
}
