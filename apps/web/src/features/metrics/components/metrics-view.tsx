import type { ContainerDetail } from '@keelson/contracts';
import { ChartLine } from 'lucide-react';
import { useState } from 'react';
import { Card, EmptyState } from '@/components/ui/card';
import { Choices } from '@/components/ui/choices';
import { Remote } from '@/components/ui/remote';
import { StreamState } from '@/components/ui/stream-state';
import { useText } from '@/lib/i18n';
import { useStatsHistory } from '../api/history';
import { useContainerMetrics } from '../hooks/use-container-metrics';
import { type PastRange, RANGES, type Range } from '../model/ranges';
import { Charts } from './charts';

type Measured = Pick<ContainerDetail, 'id' | 'state'>;

export function MetricsView({ container }: { container: Measured }) {
  const words = useText().metrics;
  const [range, setRange] = useState<Range>('10m');
  return (
    <>
      <div className="mb-3">
        <Choices label={words.range} value={range} choices={words.ranges} onChange={setRange} />
      </div>
      {range === '10m' ? <LiveMetrics container={container} /> : <PastMetrics key={range} id={container.id} range={range} />}
    </>
  );
}

function LiveMetrics({ container: { id, state } }: { container: Measured }) {
  const words = useText().metrics;
  const { samples, status } = useContainerMetrics(id);
  if (samples.length === 0) return <NoMetrics />;
  return (
    <>
      <div className="mb-3 text-xs">
        {state === 'running' ? <StreamState status={status} /> : <p className="text-soft">{words.stopped}</p>}
      </div>
      <Charts samples={samples} step={1} />
    </>
  );
}

function PastMetrics({ id, range }: { id: string; range: PastRange }) {
  const history = useStatsHistory(id, range);
  return (
    <Remote query={history}>
      {({ samples, step }) => (samples.length === 0 ? <NoMetrics /> : <Charts samples={samples} step={step} days={RANGES[range].days} />)}
    </Remote>
  );
}

function NoMetrics() {
  const words = useText().metrics;
  return (
    <Card>
      <EmptyState icon={<ChartLine aria-hidden />} title={words.empty} hint={words.emptyHint} />
    </Card>
  );
}
