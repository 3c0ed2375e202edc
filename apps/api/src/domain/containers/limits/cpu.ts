import type { Resources } from '../resources.js';
import type { HostCapacity } from './host-capacity.js';
import { limitInvalid } from './refuse-limit.js';

/** More ranges or larger numbers than any kernel knows are refused before they are expanded. */
const MAX_MEMBER = 16_384;
/** Bounds of cpu.cfs_quota_us and cpu.cfs_period_us (Documentation/scheduler/sched-bwc.rst), v2's cpu.max has the same. */
const MIN_BANDWIDTH = 1000;
const MAX_PERIOD = 1_000_000;
/** MIN_SHARES and MAX_SHARES of the kernel's scheduler. */
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

export function checkCpu(wanted: Resources, host: HostCapacity): void {
  checkCpus(wanted, host);
  checkBandwidth(wanted);
  const { cpuShares } = wanted;
  if (cpuShares !== undefined && !(cpuShares >= MIN_SHARES && cpuShares <= MAX_SHARES)) {
    throw limitInvalid('cpuShares', `cpu shares ${cpuShares} are not between ${MIN_SHARES} and ${MAX_SHARES}; 1024 is what others have`);
  }
  if (wanted.cpusetCpus !== undefined) {
    checkList('cpusetCpus', wanted.cpusetCpus, { present: host.onlineCpus, one: 'CPU', list: 'CPUs' });
  }
  if (wanted.cpusetMems !== undefined) {
    checkList('cpusetMems', wanted.cpusetMems, { present: host.memoryNodes, one: 'memory node', list: 'memory nodes' });
  }
}

function checkCpus({ cpus }: Resources, host: HostCapacity): void {
  if (cpus === undefined) return;
  if (!(cpus > 0)) throw limitInvalid('cpus', 'cpus must be above 0; leave it out for no limit');
  if (cpus > host.cpus) throw limitInvalid('cpus', `cpus ${cpus} is more than the ${host.cpus} CPUs of this host; lower cpus`);
}

function checkBandwidth({ cpus, cpuQuotaMicros: quota, cpuPeriodMicros: period }: Resources): void {
  if (cpus !== undefined && (quota !== undefined || period !== undefined)) {
    const field = quota === undefined ? 'cpuPeriodMicros' : 'cpuQuotaMicros';
    throw limitInvalid(field, `${field} says the same as cpus in other words; give one of them`);
  }
  if (quota !== undefined && !(quota >= MIN_BANDWIDTH)) {
    throw limitInvalid(
      'cpuQuotaMicros',
      `cpu quota ${quota} µs is below the kernel's minimum of ${MIN_BANDWIDTH} µs; raise cpuQuotaMicros`,
    );
  }
  if (period !== undefined && !(period >= MIN_BANDWIDTH && period <= MAX_PERIOD)) {
    throw limitInvalid(
      'cpuPeriodMicros',
      `cpu period ${period} µs is not between ${MIN_BANDWIDTH} and ${MAX_PERIOD} µs, the kernel's bounds; change cpuPeriodMicros`,
    );
  }
}

interface Members {
  readonly present: ReadonlySet<number>;
  readonly one: string;
  readonly list: string;
}

function checkList(field: 'cpusetCpus' | 'cpusetMems', text: string, { present, one, list }: Members): void {
  for (const range of text.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || last < first || last >= MAX_MEMBER) throw limitInvalid(field, `"${text}" is not a list of ${list}; write it like 0-2,4`);
    for (let member = first; member <= last; ++member) {
      if (present.has(member)) continue;
      throw limitInvalid(field, `${one} ${member} is not one of this host; it has ${[...present].join(', ')}`);
    }
  }
}
