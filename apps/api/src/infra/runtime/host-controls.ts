import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostCapacity, IoControls } from '../../domain/containers/limits/host-capacity.js';

type HostControls = Pick<HostCapacity, 'swappiness' | 'hugePages' | 'io'>;

const PAGES = '/sys/kernel/mm/hugepages';

/** Which limits the kernel's cgroup hierarchies, as they are mounted here, can carry. */
export function readHostControls(): HostControls {
  const mounts = readMounts();
  const unified = mounts.find(({ type }) => type === 'cgroup2');
  const controllers = unified ? readText(join(unified.point, 'cgroup.controllers')).split(/\s+/) : [];
  const v1 = (controller: string) => mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller))?.point;
  // The runtime's own rule (cgroup.h): v2 where the unified hierarchy has the memory controller.
  if (unified && controllers.includes('memory')) {
    return {
      swappiness: false,
      hugePages: hugePages(controllers.includes('hugetlb')),
      io: controllers.includes('io') ? ioOfV2(unified.point) : NO_IO,
    };
  }
  const memory = v1('memory');
  const blkio = v1('blkio');
  return {
    swappiness: memory !== undefined && existsSync(join(memory, 'memory.swappiness')),
    hugePages: hugePages(v1('hugetlb') !== undefined),
    io: blkio === undefined ? NO_IO : ioOfV1(blkio),
  };
}

const NO_IO: IoControls = { rates: false, weight: false };

function ioOfV1(hierarchy: string): IoControls {
  const files = filesOfGroup(hierarchy);
  const weight = files.has('blkio.bfq.weight') || files.has('blkio.weight');
  return { rates: files.has('blkio.throttle.read_bps_device'), weight };
}

/** Groups have the controller's files only where the root hands it down, as the first container would make it do. */
function ioOfV2(hierarchy: string): IoControls {
  try {
    writeFileSync(join(hierarchy, 'cgroup.subtree_control'), '+io');
  } catch {
    return NO_IO;
  }
  const files = filesOfGroup(hierarchy);
  const weight = files.has('io.bfq.weight') || files.has('io.weight');
  return { rates: files.has('io.max'), weight };
}

/** Most files are not in the root, so an empty group is made to look at. */
function filesOfGroup(hierarchy: string): ReadonlySet<string> {
  const group = join(hierarchy, `keelson-look-${process.pid}`);
  try {
    mkdirSync(group);
    return new Set(readdirSync(group));
  } catch {
    return new Set();
  } finally {
    removeGroup(group);
  }
}

function removeGroup(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // It could not be made.
  }
}

/** Names as in hugetlb.2MB.max; the directories are called hugepages-2048kB. */
function hugePages(controlled: boolean): ReadonlySet<string> {
  if (!controlled || !existsSync(PAGES)) return new Set();
  return new Set(readdirSync(PAGES).flatMap((name) => pageName(Number(/^hugepages-(\d+)kB$/.exec(name)?.[1]))));
}

function pageName(kib: number): string[] {
  if (!(kib > 0)) return [];
  if (kib >= 1024 ** 2) return [`${kib / 1024 ** 2}GB`];
  return kib >= 1024 ? [`${kib / 1024}MB`] : [`${kib}KB`];
}

interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** proc_pid_mountinfo(5); controllers of v1 stand in the options of the superblock. */
function readMounts(): Mount[] {
  return readText('/proc/self/mountinfo')
    .split('\n')
    .flatMap((line) => {
      const [mount = '', filesystem = ''] = line.split(' - ');
      const [type = '', , options = ''] = filesystem.split(' ');
      return type.startsWith('cgroup') ? [{ point: mount.split(' ')[4] ?? '', type, options: options.split(',') }] : [];
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
