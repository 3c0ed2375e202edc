import type { Resources } from '../../../domain/containers/container.js';
import { DEVICE_RULES } from './devices.js';
import type { OciResources } from './oci.js';

/** Microseconds over which a CPU quota counts. */
const CPU_PERIOD = 100_000;
/** The smallest quota that the kernel takes (cpu.max, 1 ms). */
const MIN_CPU_QUOTA = 1000;
const DEFAULT_PIDS = 1024;

export function resources(wanted: Resources): OciResources {
  return { ...memory(wanted), ...cpu(wanted), pids: { limit: wanted.pidsLimit ?? DEFAULT_PIDS }, devices: DEVICE_RULES };
}

function memory(wanted: Resources): Pick<OciResources, 'memory'> {
  const limit = wanted.memoryBytes;
  if (limit === undefined) return {};
  return { memory: { limit, swap: wanted.memorySwapBytes ?? 2 * limit } };
}

function cpu(wanted: Resources): Pick<OciResources, 'cpu'> {
  const fields = {
    ...(wanted.cpuShares !== undefined && { shares: wanted.cpuShares }),
    ...(wanted.cpus !== undefined && { quota: Math.max(MIN_CPU_QUOTA, Math.round(wanted.cpus * CPU_PERIOD)), period: CPU_PERIOD }),
    ...(wanted.cpusetCpus !== undefined && { cpus: wanted.cpusetCpus }),
  };
  return Object.keys(fields).length > 0 ? { cpu: fields } : {};
}
