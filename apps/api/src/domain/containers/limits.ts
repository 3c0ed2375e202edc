import { checkCpu } from './limits/cpu.js';
import type { HostCapacity } from './limits/host-capacity.js';
import { checkHugePages } from './limits/huge-pages.js';
import { checkIo } from './limits/io.js';
import { checkMemory } from './limits/memory.js';
import { checkProcesses } from './limits/processes.js';
import type { Resources } from './resources.js';
import { checkRootfsSize } from './rootfs.js';

/** Throws `limit_invalid` for what the kernel or this host cannot give; called before anything is made. */
export function checkLimits(wanted: Resources, host: HostCapacity): void {
  checkMemory(wanted, host);
  checkCpu(wanted, host);
  checkProcesses(wanted);
  checkHugePages(wanted, host);
  checkIo(wanted, host);
  checkRootfsSize(wanted);
}
