import type { MetricsSample } from '@keelson/contracts';
import { useMemo } from 'react';
import { useFormat, useText } from '@/lib/i18n';
import { type Line, seriesOf } from '../model/series';
import { MetricCard } from './metric-card';

const MIB = 1024 ** 2;
const KIB = 1024;

interface ChartsProps {
  readonly samples: readonly MetricsSample[];
  /** Seconds between two of them. */
  readonly step: number;
  readonly days?: boolean;
}

export function Charts({ samples, step, days = false }: ChartsProps) {
  const words = useText().metrics;
  const format = useFormat();
  const { times, ...lines } = useMemo(() => seriesOf(samples, step), [samples, step]);
  const newest = samples.at(-1);
  const rate = (value: number) => words.perSecond(format.bytes(value));
  const line = (label: string, colour: 1 | 2 | 3, values: Line) => ({ label, colour: `--chart-${colour}`, values });
  const common = { times, days };
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <MetricCard
        {...common}
        title={words.cpu}
        lines={[line(words.used, 1, lines.cpuCores), ...shown(line(words.heldBack, 2, lines.heldBack))]}
        show={(cores) => words.coresOf(format.number(cores, 2))}
        least={0.1}
        note={newest && newest.cpuThrottledNs > 0 ? words.throttled(format.duration(newest.cpuThrottledNs / 1e6)) : undefined}
      />
      <MetricCard
        {...common}
        title={words.memory}
        lines={[
          line(words.workingSet, 1, lines.memory),
          line(words.cache, 2, lines.cache),
          ...shown({ label: words.limit, colour: '--ink-faint', values: lines.memoryLimit, dashed: true }),
        ]}
        show={format.bytes}
        least={MIB}
        binary
        note={newest && memoryNote(newest, words, format.bytes)}
      />
      <MetricCard
        {...common}
        title={words.network}
        lines={[line(words.received, 1, lines.received), line(words.sent, 2, lines.sent)]}
        show={rate}
        least={KIB}
        binary
      />
      <MetricCard
        {...common}
        title={words.blockIo}
        lines={[line(words.read, 1, lines.read), line(words.written, 2, lines.written)]}
        show={rate}
        least={KIB}
        binary
      />
      <MetricCard
        {...common}
        title={words.pids}
        lines={[line(words.used, 1, lines.pids)]}
        show={(pids) => format.number(pids)}
        least={4}
        note={newest?.pidsLimit == null ? undefined : words.limitOf(format.number(newest.pidsLimit))}
      />
      {lines.cpuPressure.some(isThere) && (
        <MetricCard
          {...common}
          title={words.pressure}
          lines={[
            line(words.cpu, 1, lines.cpuPressure),
            line(words.memory, 2, lines.memoryPressure),
            line(words.blockIo, 3, lines.ioPressure),
          ]}
          show={format.percent}
          least={0.05}
          note={words.pressureNote}
        />
      )}
    </div>
  );
}

const isThere = (value: number | null) => value !== null && value > 0;

/** A line that would say nothing is left out. */
function shown<T extends { readonly values: Line }>(line: T): T[] {
  return line.values.some(isThere) ? [line] : [];
}

type Words = ReturnType<typeof useText>['metrics'];

function memoryNote(sample: MetricsSample, words: Words, bytes: (value: number) => string): string {
  const { memoryLimitBytes, memoryPeakBytes, oomKills } = sample;
  return [
    words.peak(bytes(memoryPeakBytes)),
    ...(memoryLimitBytes === null ? [] : [words.limitOf(bytes(memoryLimitBytes))]),
    ...(oomKills > 0 ? [words.oomKills(String(oomKills))] : []),
  ].join(' · ');
}
