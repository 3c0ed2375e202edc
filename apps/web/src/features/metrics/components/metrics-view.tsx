import type { ContainerDetail, MetricsSample } from '@keelson/contracts';
import { ChartLine } from 'lucide-react';
import { useMemo } from 'react';
import { Card, EmptyState } from '@/components/ui/card';
import { StreamState } from '@/components/ui/stream-state';
import { useFormat, useText } from '@/lib/i18n';
import { useContainerMetrics } from '../hooks/use-container-metrics';
import { seriesOf } from '../model/series';
import { MetricCard } from './metric-card';

const MIB = 1024 ** 2;
const KIB = 1024;

export function MetricsView({ container: { id, state } }: { container: Pick<ContainerDetail, 'id' | 'state'> }) {
  const words = useText().metrics;
  const { samples, status } = useContainerMetrics(id);
  const newest = samples.at(-1);
  if (!newest)
    return (
      <Card>
        <EmptyState icon={<ChartLine aria-hidden />} title={words.empty} hint={words.emptyHint} />
      </Card>
    );
  return (
    <>
      <div className="mb-3 text-xs">
        {state === 'running' ? <StreamState status={status} /> : <p className="text-soft">{words.stopped}</p>}
      </div>
      <Charts samples={samples} newest={newest} />
    </>
  );
}

function Charts({ samples, newest }: { samples: readonly MetricsSample[]; newest: MetricsSample }) {
  const words = useText().metrics;
  const format = useFormat();
  const { times, ...lines } = useMemo(() => seriesOf(samples), [samples]);
  const rate = (value: number) => words.perSecond(format.bytes(value));
  const one = (values: typeof lines.memory, label: string) => [{ label, colour: '--chart-1', values }];
  const two = (first: typeof lines.read, firstLabel: string, second: typeof lines.read, secondLabel: string) => [
    { label: firstLabel, colour: '--chart-1', values: first },
    { label: secondLabel, colour: '--chart-2', values: second },
  ];
  return (
    <div className="grid gap-4 lg:grid-cols-6 lg:[&>*]:col-span-2 lg:[&>:nth-child(-n+2)]:col-span-3">
      <MetricCard
        title={words.cpu}
        times={times}
        lines={one(lines.cpuCores, words.used)}
        show={(cores) => words.coresOf(format.number(cores, 2))}
        least={0.1}
        note={newest.cpuThrottledNs > 0 ? words.throttled(format.duration(newest.cpuThrottledNs / 1e6)) : undefined}
      />
      <MetricCard
        title={words.memory}
        times={times}
        lines={one(lines.memory, words.used)}
        show={format.bytes}
        least={MIB}
        binary
        note={memoryNote(newest, words, format.bytes)}
      />
      <MetricCard
        title={words.network}
        times={times}
        lines={two(lines.received, words.received, lines.sent, words.sent)}
        show={rate}
        least={KIB}
        binary
      />
      <MetricCard
        title={words.blockIo}
        times={times}
        lines={two(lines.read, words.read, lines.written, words.written)}
        show={rate}
        least={KIB}
        binary
      />
      <MetricCard
        title={words.pids}
        times={times}
        lines={one(lines.pids, words.used)}
        show={(pids) => format.number(pids)}
        least={4}
        note={newest.pidsLimit === null ? undefined : words.limitOf(format.number(newest.pidsLimit))}
      />
    </div>
  );
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
