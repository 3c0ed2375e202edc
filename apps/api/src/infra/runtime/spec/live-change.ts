import type { ContainerConfig } from '../../../domain/containers/container.js';
import type { DeviceRate, Resources } from '../../../domain/containers/resources.js';
import type { Devices } from './block-io.js';
import { SHM_SIZE } from './mounts.js';
import type { OciBlockIo, OciDeviceRule, OciResources, OciRlimit } from './oci.js';
import { resources } from './resources.js';
import { rlimits } from './rlimits.js';

/** What a supervisor changes of a running container (packages/runtime-native/README.md, op `update`). */
export interface LiveChange {
  readonly resources: OciResources;
  readonly rlimits: readonly OciRlimit[];
  readonly oomScoreAdj?: number;
  readonly shmSizeBytes?: number;
}

/** What containers have of the host where they have no limit of their own. */
export interface WithoutLimit {
  /** Lists as in cpuset(7). */
  readonly cpus: string;
  readonly memoryNodes: string;
  readonly oomScoreAdj: number;
}

/** Of the kernel, for a group that nobody has set any. */
const DEFAULT_SWAPPINESS = 60;
const DEFAULT_SHARES = 1024;
const DEFAULT_PERIOD = 100_000;

interface Around {
  readonly devices: Devices;
  readonly free: WithoutLimit;
  /** Of vendors' devices that the container has; the whole list is written anew. */
  readonly vendorRules: readonly OciDeviceRule[];
}

/** From one config to another, in full: a limit that only the old one has is taken away by name. Pure. */
export function liveChange(before: ContainerConfig, after: ContainerConfig, around: Around): LiveChange {
  const wanted = resources(after, around.devices, around.vendorRules);
  const { oomScoreAdj } = after.resources;
  const shm = after.resources.shmSizeBytes ?? SHM_SIZE;
  return {
    resources: {
      ...wanted,
      memory: { ...liftedMemory(before.resources, after.resources), ...wanted.memory },
      cpu: { ...liftedCpu(before.resources, after.resources, around.free), ...wanted.cpu },
      blockIO: { ...liftedIo(before, after, around.devices), ...(wanted.blockIO?.weight && { weight: wanted.blockIO.weight }) },
      hugepageLimits: hugePages(before.resources, after.resources),
    },
    rlimits: changedRlimits(before.resources, after.resources),
    ...(oomScoreAdj !== before.resources.oomScoreAdj && { oomScoreAdj: oomScoreAdj ?? around.free.oomScoreAdj }),
    ...(shm !== (before.resources.shmSizeBytes ?? SHM_SIZE) && { shmSizeBytes: shm }),
  };
}

function liftedMemory(before: Resources, after: Resources): OciResources['memory'] {
  return {
    ...(lost('memoryBytes', before, after) && { limit: -1, swap: -1 }),
    ...(lost('memoryReservationBytes', before, after) && { reservation: -1 }),
    ...(lost('memorySwappiness', before, after) && { swappiness: DEFAULT_SWAPPINESS }),
  };
}

function liftedCpu(before: Resources, after: Resources, free: WithoutLimit): OciResources['cpu'] {
  const hadQuota = before.cpus ?? before.cpuQuotaMicros ?? before.cpuPeriodMicros;
  return {
    ...(hadQuota !== undefined && { quota: -1, period: DEFAULT_PERIOD }),
    ...(lost('cpuShares', before, after) && { shares: DEFAULT_SHARES }),
    ...(lost('cpusetCpus', before, after) && { cpus: free.cpus }),
    ...(lost('cpusetMems', before, after) && { mems: free.memoryNodes }),
  };
}

function liftedIo(before: ContainerConfig, after: ContainerConfig, devices: Devices): OciBlockIo {
  const [old, now] = [resources(before, devices).blockIO ?? {}, resources(after, devices).blockIO ?? {}];
  return {
    ...(lost('ioWeight', before.resources, after.resources) && { weight: -1 }),
    weightDevice: both(old.weightDevice, now.weightDevice, (one) => ({ ...one, weight: 0 })),
    throttleReadBpsDevice: both(old.throttleReadBpsDevice, now.throttleReadBpsDevice, unlimited),
    throttleWriteBpsDevice: both(old.throttleWriteBpsDevice, now.throttleWriteBpsDevice, unlimited),
    throttleReadIOPSDevice: both(old.throttleReadIOPSDevice, now.throttleReadIOPSDevice, unlimited),
    throttleWriteIOPSDevice: both(old.throttleWriteIOPSDevice, now.throttleWriteIOPSDevice, unlimited),
  };
}

type Numbered = { readonly major: number; readonly minor: number };

/** The new entries, and the old ones without a new one as nothing. */
function both<T extends Numbered>(old: readonly T[] = [], now: readonly T[] = [], nothing: (one: T) => T): T[] {
  const kept = new Set(now.map(({ major, minor }) => `${major}:${minor}`));
  return [...now, ...old.filter(({ major, minor }) => !kept.has(`${major}:${minor}`)).map(nothing)];
}

function unlimited<T extends Numbered & Pick<DeviceRate, 'rate'>>(one: T): T {
  return { ...one, rate: 0 };
}

function hugePages({ hugePages: old = [] }: Resources, { hugePages: now = [] }: Resources): NonNullable<OciResources['hugepageLimits']> {
  const kept = new Set(now.map(({ pageSize }) => pageSize));
  const lifted = old.filter(({ pageSize }) => !kept.has(pageSize)).map(({ pageSize }) => ({ pageSize, limit: -1 }));
  return [...now.map(({ pageSize, limitBytes }) => ({ pageSize, limit: limitBytes })), ...lifted];
}

/** Only those that differ: an equal one may have been cut at the start to what the host gives. */
function changedRlimits(before: Resources, after: Resources): OciRlimit[] {
  const old = new Map(rlimits(before.ulimits).map((one) => [one.type, JSON.stringify(one)]));
  return rlimits(after.ulimits).filter((one) => old.get(one.type) !== JSON.stringify(one));
}

function lost(field: keyof Resources, before: Resources, after: Resources): boolean {
  return before[field] !== undefined && after[field] === undefined;
}
