import type { ContainerConfig } from '../../../domain/containers/container.js';
import type { Resources } from '../../../domain/containers/resources.js';
import { blockIo, type Devices } from './block-io.js';
import { deviceRules } from './devices.js';
import type { OciDeviceRule, OciResources } from './oci.js';

/** Microseconds over which a CPU quota counts. */
const CPU_PERIOD = 100_000;
/** The smallest quota that the kernel takes (cpu.max, 1 ms). */
const MIN_CPU_QUOTA = 1000;
const DEFAULT_PIDS = 1024;

type Limited = Pick<ContainerConfig, 'resources' | 'devices' | 'deviceRules'>;

/** `more` are rules of devices besides the container's own. */
export function resources(config: Limited, devices: Devices, more: readonly OciDeviceRule[] = []): OciResources {
  const wanted = config.resources;
  return {
    ...memory(wanted),
    ...cpu(wanted),
    ...blockIo(wanted, devices),
    ...hugePages(wanted),
    pids: { limit: wanted.pidsLimit ?? DEFAULT_PIDS },
    devices: [...deviceRules(config, devices), ...more],
  };
}

function memory(wanted: Resources): Pick<OciResources, 'memory'> {
  const { memoryBytes: limit, memoryReservationBytes: reservation, memorySwappiness: swappiness } = wanted;
  const fields = {
    ...(limit !== undefined && { limit, swap: wanted.memorySwapBytes ?? 2 * limit }),
    ...(reservation !== undefined && { reservation }),
    ...(swappiness !== undefined && { swappiness }),
  };
  return Object.keys(fields).length > 0 ? { memory: fields } : {};
}

function cpu(wanted: Resources): Pick<OciResources, 'cpu'> {
  const fields = {
    ...(wanted.cpuShares !== undefined && { shares: wanted.cpuShares }),
    ...bandwidth(wanted),
    ...(wanted.cpusetCpus !== undefined && { cpus: wanted.cpusetCpus }),
    ...(wanted.cpusetMems !== undefined && { mems: wanted.cpusetMems }),
  };
  return Object.keys(fields).length > 0 ? { cpu: fields } : {};
}

function bandwidth({ cpus, cpuQuotaMicros: quota, cpuPeriodMicros: period }: Resources): { quota?: number; period?: number } {
  if (cpus !== undefined) return { quota: Math.max(MIN_CPU_QUOTA, Math.round(cpus * CPU_PERIOD)), period: CPU_PERIOD };
  return { ...(quota !== undefined && { quota }), ...(period !== undefined && { period }) };
}

function hugePages({ hugePages: limits }: Resources): Pick<OciResources, 'hugepageLimits'> {
  return limits ? { hugepageLimits: limits.map(({ pageSize, limitBytes }) => ({ pageSize, limit: limitBytes })) } : {};
}
