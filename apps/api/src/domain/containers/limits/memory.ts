import type { Resources } from '../resources.js';
import type { HostCapacity } from './host-capacity.js';
import { limitInvalid, size } from './refuse-limit.js';

const MIN_MEMORY = 6 * 1024 ** 2;
const MIN_SHM = 4096;

export function checkMemory(wanted: Resources, host: HostCapacity): void {
  checkSize(wanted, host);
  checkSwap(wanted);
  checkReservation(wanted, host);
  checkSwappiness(wanted, host);
  checkShm(wanted, host);
}

function checkSize({ memoryBytes }: Resources, host: HostCapacity): void {
  if (memoryBytes === undefined) return;
  if (memoryBytes < MIN_MEMORY) {
    throw limitInvalid('memoryBytes', `memory limit ${size(memoryBytes)} is below the 6 MiB minimum; raise memoryBytes`);
  }
  if (memoryBytes <= host.memoryBytes) return;
  throw limitInvalid(
    'memoryBytes',
    `memory limit ${size(memoryBytes)} is more than the ${size(host.memoryBytes)} of this host; lower memoryBytes`,
  );
}

function checkSwap({ memoryBytes, memorySwapBytes }: Resources): void {
  if (memorySwapBytes === undefined || memorySwapBytes === -1) return;
  if (memoryBytes === undefined)
    throw limitInvalid('memorySwapBytes', 'a limit of memory and swap needs a memory limit; set memoryBytes too');
  if (memorySwapBytes >= memoryBytes) return;
  throw limitInvalid(
    'memorySwapBytes',
    `memory and swap together, ${size(memorySwapBytes)}, are below the memory limit ${size(memoryBytes)}; raise memorySwapBytes or set -1`,
  );
}

function checkReservation({ memoryBytes, memoryReservationBytes: reserved }: Resources, host: HostCapacity): void {
  if (reserved === undefined) return;
  if (reserved < MIN_MEMORY) {
    throw limitInvalid(
      'memoryReservationBytes',
      `memory reservation ${size(reserved)} is below the 6 MiB minimum; raise memoryReservationBytes`,
    );
  }
  const most = memoryBytes ?? host.memoryBytes;
  if (reserved <= most) return;
  const what = memoryBytes === undefined ? `the ${size(most)} of this host` : `the memory limit ${size(most)}`;
  throw limitInvalid('memoryReservationBytes', `memory reservation ${size(reserved)} is more than ${what}; lower memoryReservationBytes`);
}

function checkSwappiness({ memorySwappiness: wanted }: Resources, host: HostCapacity): void {
  if (wanted === undefined) return;
  if (!(wanted >= 0 && wanted <= 100)) {
    throw limitInvalid('memorySwappiness', `swappiness ${wanted} is not between 0 and 100; choose one in that range or leave it out`);
  }
  if (host.swappiness) return;
  throw limitInvalid(
    'memorySwappiness',
    'this host uses cgroup v2, where a group has no swappiness of its own; leave memorySwappiness out and bound swap by memorySwapBytes',
  );
}

function checkShm({ shmSizeBytes: wanted }: Resources, host: HostCapacity): void {
  if (wanted === undefined) return;
  if (wanted < MIN_SHM) throw limitInvalid('shmSizeBytes', `size ${size(wanted)} of /dev/shm is below one page, 4 KiB; raise shmSizeBytes`);
  if (wanted <= host.memoryBytes) return;
  throw limitInvalid(
    'shmSizeBytes',
    `size ${size(wanted)} of /dev/shm is more than the ${size(host.memoryBytes)} of this host; lower shmSizeBytes`,
  );
}
