import type { Resources } from '@keelson/contracts';
import type { Formatter } from '../../../lib/format';

interface Words {
  readonly format: Pick<Formatter, 'bytes' | 'number' | 'duration'>;
  readonly unlimited: string;
  readonly perSecond: (amount: string) => string;
}

interface LimitText {
  readonly name: keyof Resources;
  readonly value: string;
}

/** What people look for first; it is told also where there is no such limit. */
const ALWAYS = ['memoryBytes', 'memorySwapBytes', 'cpus', 'pidsLimit'] as const;
const DEFAULT_PIDS = 1024;
type Always = (typeof ALWAYS)[number];

/** The limits of a container as sentences: the common ones, and those that were asked for. */
export function limitTexts(resources: Resources, words: Words): LimitText[] {
  const show = shows(words);
  const always = ALWAYS.map((name) => ({ name, value: common(name, resources, words) }));
  const asked = (Object.keys(show) as (keyof typeof show)[]).flatMap((name) => {
    const value = resources[name] as never;
    return value === undefined ? [] : [{ name, value: show[name](value) }];
  });
  return [...always, ...asked];
}

function common(name: Always, resources: Resources, { format, unlimited }: Words): string {
  const value = resources[name] ?? leftOut(name, resources);
  if (value < 0) return unlimited;
  return name === 'cpus' ? format.number(value, 2) : name === 'pidsLimit' ? format.number(value) : format.bytes(value);
}

/** What counts where a limit was left out; -1 is none. */
function leftOut(name: Always, { memoryBytes }: Resources): number {
  if (name === 'pidsLimit') return DEFAULT_PIDS;
  // As in Docker.
  return name === 'memorySwapBytes' && memoryBytes !== undefined ? 2 * memoryBytes : -1;
}

type Shows = { readonly [K in Exclude<keyof Resources, Always>]-?: (value: NonNullable<Resources[K]>) => string };

function shows({ format, unlimited, perSecond }: Words): Shows {
  const number = (value: number) => format.number(value);
  const rates = (text: (rate: number) => string) => (disks: readonly { path: string; rate: number }[]) =>
    disks.map(({ path, rate }) => `${path}: ${perSecond(text(rate))}`).join(', ');
  const bound = (value: number) => (value < 0 ? unlimited : format.number(value));
  return {
    memoryReservationBytes: format.bytes,
    memorySwappiness: number,
    oomScoreAdj: number,
    cpuQuotaMicros: (micros) => `${format.number(micros)} µs`,
    cpuPeriodMicros: (micros) => `${format.number(micros)} µs`,
    cpuShares: number,
    cpusetCpus: (list) => list,
    cpusetMems: (list) => list,
    ioWeight: number,
    ioWeightDevices: (disks) => disks.map(({ path, weight }) => `${path}: ${weight}`).join(', '),
    ioReadBps: rates(format.bytes),
    ioWriteBps: rates(format.bytes),
    ioReadIops: rates(number),
    ioWriteIops: rates(number),
    ulimits: (limits) => limits.map(({ name, soft, hard = soft }) => `${name}: ${bound(soft)} / ${bound(hard)}`).join(', '),
    shmSizeBytes: format.bytes,
    rootfsSizeBytes: format.bytes,
    hugePages: (pages) => pages.map(({ pageSize, limitBytes }) => `${pageSize}: ${format.bytes(limitBytes)}`).join(', '),
  };
}
