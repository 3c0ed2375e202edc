import { DomainError } from '../errors.js';
import type { Resources } from './container.js';

/** What this host has. */
export interface HostCapacity {
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Numbers of the CPUs that are online. */
  readonly onlineCpus: ReadonlySet<number>;
}

const MIN_MEMORY = 6 * 1024 ** 2;
/** More ranges or larger numbers than any kernel knows are refused before they are expanded. */
const MAX_CPU = 16_384;

/** Throws `limit_invalid` for what the kernel or this host cannot give; called before anything is made. */
export function checkLimits(wanted: Resources, host: HostCapacity): void {
  checkMemory(wanted, host);
  if (wanted.cpus !== undefined && !(wanted.cpus > 0)) throw invalid('cpus', 'cpus must be above 0; leave it out for no limit');
  if (wanted.cpus !== undefined && wanted.cpus > host.cpus) {
    throw invalid('cpus', `cpus ${wanted.cpus} is more than the ${host.cpus} CPUs of this host; lower cpus`);
  }
  if (wanted.cpusetCpus !== undefined) checkCpuset(wanted.cpusetCpus, host);
  if (wanted.pidsLimit !== undefined && wanted.pidsLimit < 1 && wanted.pidsLimit !== -1) {
    throw invalid('pidsLimit', `pids limit ${wanted.pidsLimit} leaves no room for a process; use 1 or more, or -1 for no limit`);
  }
}

function checkMemory({ memoryBytes, memorySwapBytes }: Resources, host: HostCapacity): void {
  if (memoryBytes !== undefined && memoryBytes < MIN_MEMORY) {
    throw invalid('memoryBytes', `memory limit ${size(memoryBytes)} is below the 6 MiB minimum; raise memoryBytes`);
  }
  if (memoryBytes !== undefined && memoryBytes > host.memoryBytes) {
    throw invalid(
      'memoryBytes',
      `memory limit ${size(memoryBytes)} is more than the ${size(host.memoryBytes)} of this host; lower memoryBytes`,
    );
  }
  if (memorySwapBytes === undefined || memorySwapBytes === -1) return;
  if (memoryBytes === undefined) throw invalid('memorySwapBytes', 'a limit of memory and swap needs a memory limit; set memoryBytes too');
  if (memorySwapBytes < memoryBytes) {
    throw invalid(
      'memorySwapBytes',
      `memory and swap together, ${size(memorySwapBytes)}, are below the memory limit ${size(memoryBytes)}; raise memorySwapBytes or set -1`,
    );
  }
}

function checkCpuset(list: string, host: HostCapacity): void {
  for (const range of list.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || last < first || last >= MAX_CPU) {
      throw invalid('cpusetCpus', `"${list}" is not a list of CPUs; write it like 0-2,4`);
    }
    for (let cpu = first; cpu <= last; ++cpu) {
      if (!host.onlineCpus.has(cpu)) {
        throw invalid('cpusetCpus', `CPU ${cpu} is not one of this host; it has ${[...host.onlineCpus].join(', ')}`);
      }
    }
  }
}

function invalid(field: keyof Resources, message: string): DomainError {
  return new DomainError('limit_invalid', message, { field: `resources.${field}` });
}

function size(bytes: number): string {
  for (const [unit, factor] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= factor) return `${Math.round((bytes / factor) * 10) / 10} ${unit}`;
  }
  return `${bytes} bytes`;
}
