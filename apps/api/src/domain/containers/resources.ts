/** Limits of one container; an absent field means no own limit, except pids (1024). Units as in contracts/resources.ts. */
export interface Resources {
  readonly memoryBytes?: number;
  /** Memory plus swap; -1 unlimited; absent: twice memoryBytes. */
  readonly memorySwapBytes?: number;
  readonly memoryReservationBytes?: number;
  readonly memorySwappiness?: number;
  readonly oomScoreAdj?: number;
  readonly cpus?: number;
  readonly cpuQuotaMicros?: number;
  readonly cpuPeriodMicros?: number;
  readonly cpuShares?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  readonly pidsLimit?: number;
  readonly ioWeight?: number;
  readonly ioWeightDevices?: readonly DeviceWeight[];
  readonly ioReadBps?: readonly DeviceRate[];
  readonly ioWriteBps?: readonly DeviceRate[];
  readonly ioReadIops?: readonly DeviceRate[];
  readonly ioWriteIops?: readonly DeviceRate[];
  readonly ulimits?: readonly Ulimit[];
  readonly shmSizeBytes?: number;
  readonly rootfsSizeBytes?: number;
  readonly hugePages?: readonly HugePageLimit[];
}

/** `path` is that of a block device's node on the host. */
interface DeviceWeight {
  readonly path: string;
  readonly weight: number;
}

/** Bytes or operations a second. */
export interface DeviceRate {
  readonly path: string;
  readonly rate: number;
}

/** A limit of getrlimit(2); -1 is unlimited. */
export interface Ulimit {
  /** Without RLIMIT_, in small letters. */
  readonly name: string;
  readonly soft: number;
  /** Absent: as `soft`. */
  readonly hard?: number;
}

export interface HugePageLimit {
  /** As in the names of the kernel's files: `2MB`. */
  readonly pageSize: string;
  readonly limitBytes: number;
}
