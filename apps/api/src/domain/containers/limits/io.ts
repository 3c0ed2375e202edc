import type { Resources } from '../resources.js';
import type { HostCapacity, HostDevice } from './host-capacity.js';
import { limitInvalid } from './refuse-limit.js';

const MIN_WEIGHT = 10;
const MAX_WEIGHT = 1000;
const RATES = ['ioReadBps', 'ioWriteBps', 'ioReadIops', 'ioWriteIops'] as const;
type PerDevice = (typeof RATES)[number] | 'ioWeightDevices';

export function checkIo(wanted: Resources, host: HostCapacity): void {
  checkWeights(wanted, host);
  for (const field of RATES) checkRates(wanted, field, host);
}

/** Every device that the limits name. */
export function ioDevicePaths(wanted: Resources): string[] {
  return [...new Set(perDevice(wanted).map(({ path }) => path))];
}

/** Throws `limit_invalid` for a path that is no whole disk of this host, or one that knows no weights. */
export function checkIoDevices(wanted: Resources, devices: ReadonlyMap<string, HostDevice>): void {
  for (const { field, path } of perDevice(wanted)) {
    const device = devices.get(path);
    if (device?.type !== 'block')
      throw limitInvalid(field, `${path} is not a block device of this host; give the node of a disk, like /dev/sda`);
    if (device.partitionOf !== null) {
      throw limitInvalid(field, `${path} is a partition, and the kernel limits whole disks only; give ${device.partitionOf}`);
    }
    if (field === 'ioWeightDevices' && !device.bfq) {
      throw limitInvalid(
        field,
        `${path} is not scheduled by bfq, without which a disk knows no weights; switch its queue/scheduler to bfq`,
      );
    }
  }
}

function perDevice(wanted: Resources): { field: PerDevice; path: string }[] {
  return [...RATES, 'ioWeightDevices' as const].flatMap((field) => (wanted[field] ?? []).map(({ path }) => ({ field, path })));
}

function checkWeights({ ioWeight, ioWeightDevices = [] }: Resources, { io }: HostCapacity): void {
  if (ioWeight !== undefined) checkWeight('ioWeight', ioWeight);
  for (const { weight } of ioWeightDevices) checkWeight('ioWeightDevices', weight);
  checkTwice('ioWeightDevices', ioWeightDevices);
  if (ioWeight !== undefined && !io.weight) throw missing('ioWeight', 'weights of block I/O (the scheduler bfq, or iocost on cgroup v2)');
}

function checkWeight(field: 'ioWeight' | 'ioWeightDevices', weight: number): void {
  if (weight >= MIN_WEIGHT && weight <= MAX_WEIGHT) return;
  throw limitInvalid(field, `I/O weight ${weight} is not between ${MIN_WEIGHT} and ${MAX_WEIGHT}; 100 is what others have`);
}

function checkRates(wanted: Resources, field: (typeof RATES)[number], { io }: HostCapacity): void {
  const rates = wanted[field] ?? [];
  if (rates.length > 0 && !io.rates) throw missing(field, 'limits of block I/O (the cgroup controller blkio, io on v2)');
  for (const { path, rate } of rates) {
    if (Number.isSafeInteger(rate) && rate >= 1) continue;
    throw limitInvalid(field, `rate ${rate} of ${path} is no whole number of 1 or more; leave the device out for no limit`);
  }
  checkTwice(field, rates);
}

function checkTwice(field: PerDevice, entries: readonly { readonly path: string }[]): void {
  const seen = new Set<string>();
  for (const { path } of entries) {
    if (seen.has(path)) throw limitInvalid(field, `${path} is given twice; keep one of them`);
    seen.add(path);
  }
}

function missing(field: keyof Resources, what: string): Error {
  return limitInvalid(field, `the kernel of this host has no ${what}; leave ${field} out`);
}
