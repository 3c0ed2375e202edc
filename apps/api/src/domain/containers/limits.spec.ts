import { describe, expect, it } from 'vitest';
import type { Resources } from './container.js';
import { checkLimits } from './limits.js';

const HOST = { memoryBytes: 8 * 1024 ** 3, cpus: 4, onlineCpus: new Set([0, 1, 2, 3]) };
const MIB = 1024 ** 2;

describe('checkLimits', () => {
  it.each<[Resources, string, string]>([
    [{ memoryBytes: 4 * MIB }, 'resources.memoryBytes', 'memory limit 4 MiB is below the 6 MiB minimum; raise memoryBytes'],
    [{ memoryBytes: 9 * 1024 ** 3 }, 'resources.memoryBytes', 'memory limit 9 GiB is more than the 8 GiB of this host; lower memoryBytes'],
    [{ memorySwapBytes: 64 * MIB }, 'resources.memorySwapBytes', 'needs a memory limit'],
    [{ memoryBytes: 64 * MIB, memorySwapBytes: 32 * MIB }, 'resources.memorySwapBytes', 'below the memory limit 64 MiB'],
    [{ cpus: 5 }, 'resources.cpus', 'cpus 5 is more than the 4 CPUs of this host; lower cpus'],
    [{ cpus: 0 }, 'resources.cpus', 'above 0'],
    [{ cpusetCpus: '0-4' }, 'resources.cpusetCpus', 'CPU 4 is not one of this host; it has 0, 1, 2, 3'],
    [{ cpusetCpus: '2-1' }, 'resources.cpusetCpus', 'is not a list of CPUs'],
    [{ cpusetCpus: '0-99999' }, 'resources.cpusetCpus', 'is not a list of CPUs'],
    [{ pidsLimit: 0 }, 'resources.pidsLimit', 'no room for a process'],
  ])('refuses %o', (wanted, field, sentence) => {
    const refused = expect.objectContaining({ code: 'limit_invalid', details: { field }, message: expect.stringContaining(sentence) });
    expect(() => checkLimits(wanted, HOST)).toThrowError(refused);
  });

  it.each<Resources>([
    {},
    { memoryBytes: 6 * MIB, memorySwapBytes: -1, cpus: 4, cpusetCpus: '0,2-3', pidsLimit: 1 },
    { memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB, pidsLimit: -1 },
    { memoryBytes: HOST.memoryBytes },
  ])('takes %o', (wanted) => {
    expect(() => checkLimits(wanted, HOST)).not.toThrow();
  });
});
