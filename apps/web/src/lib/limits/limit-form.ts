import type { Resources, Ulimit } from '@keelson/contracts';
import { type Row, rowsOf } from '../form/rows';
import { sizeText } from '../form/texts';

/** How a limit is written, and so read. */
export type LimitKind = 'size' | 'sizeOrNone' | 'decimal' | 'whole' | 'list';

/** Limits of one value, in the order in which they are asked for. */
export const TEXT_LIMITS = {
  memoryBytes: 'size',
  cpus: 'decimal',
  pidsLimit: 'whole',
  memoryReservationBytes: 'size',
  memorySwapBytes: 'sizeOrNone',
  shmSizeBytes: 'size',
  rootfsSizeBytes: 'size',
  memorySwappiness: 'whole',
  oomScoreAdj: 'whole',
  cpuShares: 'whole',
  cpuQuotaMicros: 'whole',
  cpuPeriodMicros: 'whole',
  cpusetCpus: 'list',
  cpusetMems: 'list',
  ioWeight: 'whole',
} as const satisfies Partial<Record<keyof Resources, LimitKind>>;
export type TextLimit = keyof typeof TEXT_LIMITS;
export const TEXT_LIMIT_NAMES = Object.keys(TEXT_LIMITS) as TextLimit[];

export const DISK_LIMITS = ['ioReadBps', 'ioWriteBps', 'ioReadIops', 'ioWriteIops', 'ioWeightDevices'] as const;
export type DiskLimit = (typeof DISK_LIMITS)[number];

interface UlimitRow extends Row {
  readonly name: Ulimit['name'];
  readonly soft: string;
  readonly hard: string;
}

export interface DiskRow extends Row {
  readonly limit: DiskLimit;
  readonly path: string;
  readonly amount: string;
}

interface HugePageRow extends Row {
  readonly pageSize: string;
  readonly limit: string;
}

/** Limits as they are filled in: texts as typed. */
export interface LimitForm {
  readonly texts: Readonly<Record<TextLimit, string>>;
  readonly ulimits: readonly UlimitRow[];
  readonly disks: readonly DiskRow[];
  readonly hugePages: readonly HugePageRow[];
}

/** The form filled in with what a container has. */
export function limitFormOf(resources: Resources): LimitForm {
  const texts = TEXT_LIMIT_NAMES.map((name) => [name, limitText(TEXT_LIMITS[name], resources[name])]);
  return {
    texts: Object.fromEntries(texts) as Record<TextLimit, string>,
    ulimits: rowsOf(
      (resources.ulimits ?? []).map(({ name, soft, hard }) => ({ name, soft: String(soft), hard: hard === undefined ? '' : String(hard) })),
    ),
    disks: rowsOf(DISK_LIMITS.flatMap((limit) => (resources[limit] ?? []).map((disk) => diskRow(limit, disk)))),
    hugePages: rowsOf((resources.hugePages ?? []).map(({ pageSize, limitBytes }) => ({ pageSize, limit: sizeText(limitBytes) }))),
  };
}

function limitText(kind: LimitKind, value: number | string | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' && value >= 0 && kind.startsWith('size') ? sizeText(value) : String(value);
}

function diskRow(limit: DiskLimit, disk: { path: string; rate: number } | { path: string; weight: number }): Omit<DiskRow, 'key'> {
  const amount = 'rate' in disk ? disk.rate : disk.weight;
  return { limit, path: disk.path, amount: isBytes(limit) ? sizeText(amount) : String(amount) };
}

export const isBytes = (limit: DiskLimit): boolean => limit === 'ioReadBps' || limit === 'ioWriteBps';
