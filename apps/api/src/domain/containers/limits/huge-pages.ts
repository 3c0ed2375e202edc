import type { HugePageLimit, Resources } from '../resources.js';
import type { HostCapacity } from './host-capacity.js';
import { limitInvalid, size } from './refuse-limit.js';

const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

export function checkHugePages({ hugePages = [] }: Resources, host: HostCapacity): void {
  const seen = new Set<string>();
  for (const limit of hugePages) {
    checkOne(limit, host);
    if (seen.has(limit.pageSize)) throw limitInvalid('hugePages', `huge pages of ${limit.pageSize} are limited twice; keep one of them`);
    seen.add(limit.pageSize);
  }
}

function checkOne({ pageSize, limitBytes }: HugePageLimit, host: HostCapacity): void {
  if (host.hugePages.size === 0) {
    throw limitInvalid(
      'hugePages',
      'this host cannot limit huge pages: its hugetlb cgroup controller is off or not mounted; leave hugePages out',
    );
  }
  if (!host.hugePages.has(pageSize)) {
    throw limitInvalid('hugePages', `"${pageSize}" is not a size of huge pages here; this host has ${[...host.hugePages].join(', ')}`);
  }
  const page = pageBytes(pageSize);
  if (limitBytes >= 0 && limitBytes % page === 0) return;
  throw limitInvalid('hugePages', `limit ${size(limitBytes)} is no multiple of the page size ${pageSize}; round it to one`);
}

function pageBytes(name: string): number {
  return Number(name.slice(0, -2)) * (UNITS[name.slice(-2)] ?? 1);
}
