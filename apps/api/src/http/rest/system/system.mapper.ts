import type { SystemInfo } from '@keelson/contracts';
import type { SystemReport } from '../../../domain/system/system.js';

export function toSystemInfo({ host, instance, cpus, memoryBytes, containers, images, rootfs, warnings }: SystemReport): SystemInfo {
  return {
    version: instance.version,
    hostname: host.name,
    kernel: host.kernel,
    operatingSystem: host.operatingSystem,
    architecture: host.architecture,
    cgroupVersion: host.cgroupVersion,
    cpus,
    memoryBytes,
    swapLimit: host.swapLimit,
    disk: { ...host.disk },
    rootfs: { ...rootfs },
    root: instance.root,
    dockerSocket: instance.dockerSocket,
    containers: { ...containers },
    images,
    warnings: [...warnings],
  };
}
