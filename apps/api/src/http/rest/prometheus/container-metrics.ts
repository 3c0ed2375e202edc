import { CONTAINER_STATES } from '../../../domain/containers/container.js';
import type { SampledContainer } from '../../../domain/metrics/list-samples.js';
import type { Sample } from '../../../domain/metrics/metrics.js';
import type { Family, Point } from './exposition.js';

type Reading = (sample: Sample) => number | null;

const seconds =
  (read: Reading): Reading =>
  (sample) => {
    const nanoseconds = read(sample);
    return nanoseconds === null ? null : nanoseconds / 1e9;
  };

/** What is told of each running container. These names are part of the interface: add to them, do not change them. */
const METRICS: readonly (readonly [name: string, type: Family['type'], help: string, read: Reading])[] = [
  ['cpu_seconds_total', 'counter', 'CPU time used since the start.', seconds((one) => one.cpuUsageNs)],
  ['cpu_throttled_seconds_total', 'counter', 'Time held back by the CPU quota.', seconds((one) => one.cpuThrottledNs)],
  ['cpu_periods_total', 'counter', 'Periods of the CPU quota in which it could run.', (one) => one.cpuPeriods],
  ['cpu_throttled_periods_total', 'counter', 'Periods in which the CPU quota was used up.', (one) => one.cpuThrottledPeriods],
  ['memory_usage_bytes', 'gauge', 'Memory that counts against the limit, page cache included.', (one) => one.memoryBytes],
  [
    'memory_working_set_bytes',
    'gauge',
    'Memory in use less page cache that was not used lately.',
    (one) => Math.max(0, one.memoryBytes - one.memoryInactiveFileBytes),
  ],
  ['memory_cache_bytes', 'gauge', 'Page cache, and files of memory file systems.', (one) => one.memoryCacheBytes],
  ['memory_swap_bytes', 'gauge', 'Memory in swap.', (one) => one.memorySwapBytes],
  ['memory_peak_bytes', 'gauge', 'The most memory in use since the start.', (one) => one.memoryPeakBytes],
  ['memory_limit_bytes', 'gauge', 'Limit of memory; absent without one.', (one) => one.memoryLimitBytes],
  ['oom_kills_total', 'counter', 'Processes killed because memory was at its limit.', (one) => one.oomKills],
  ['processes', 'gauge', 'Processes and threads.', (one) => one.pids],
  ['processes_limit', 'gauge', 'Limit of processes and threads; absent without one.', (one) => one.pidsLimit],
  ['block_read_bytes_total', 'counter', 'Bytes read from block devices.', (one) => one.blockReadBytes],
  ['block_written_bytes_total', 'counter', 'Bytes written to block devices.', (one) => one.blockWriteBytes],
  ['network_receive_bytes_total', 'counter', 'Bytes received by all interfaces but the loopback.', (one) => one.networkRxBytes],
  ['network_transmit_bytes_total', 'counter', 'Bytes sent by all interfaces but the loopback.', (one) => one.networkTxBytes],
  ['pressure_cpu_waiting_seconds_total', 'counter', 'Time in which a process waited for a CPU.', seconds((one) => one.cpuPressureNs)],
  [
    'pressure_memory_waiting_seconds_total',
    'counter',
    'Time in which a process waited for memory.',
    seconds((one) => one.memoryPressureNs),
  ],
  [
    'pressure_memory_stalled_seconds_total',
    'counter',
    'Time in which all processes waited for memory.',
    seconds((one) => one.memoryFullPressureNs),
  ],
  ['pressure_io_waiting_seconds_total', 'counter', 'Time in which a process waited for a disk.', seconds((one) => one.ioPressureNs)],
  [
    'pressure_io_stalled_seconds_total',
    'counter',
    'Time in which all processes waited for a disk.',
    seconds((one) => one.ioFullPressureNs),
  ],
];

export function containerMetrics(containers: readonly SampledContainer[]): Family[] {
  return [
    statesOf(containers),
    restartsOf(containers),
    ...METRICS.map(([name, type, help, read]) => familyOf(containers, { name, type, help, read })),
  ];
}

function familyOf(
  containers: readonly SampledContainer[],
  { read, ...family }: Omit<Family, 'points'> & { readonly read: Reading },
): Family {
  const points = containers.flatMap((one): Point[] => {
    const value = one.sample && read(one.sample);
    return value === null ? [] : [{ labels: labelsOf(one), value }];
  });
  return { ...family, name: `keelson_container_${family.name}`, points };
}

function statesOf(containers: readonly SampledContainer[]): Family {
  const count = (state: string) => containers.filter(({ container }) => container.state === state).length;
  const points = CONTAINER_STATES.map((state) => ({ labels: { state }, value: count(state) }));
  return { name: 'keelson_containers', type: 'gauge', help: 'Containers by state.', points };
}

function restartsOf(containers: readonly SampledContainer[]): Family {
  const points = containers.map((one) => ({ labels: labelsOf(one), value: one.container.restartCount }));
  return { name: 'keelson_container_restarts_total', type: 'counter', help: 'Restarts by the restart policy.', points };
}

function labelsOf({ container: { id, name, config } }: SampledContainer): Point['labels'] {
  return { id, name, image: config.image };
}
