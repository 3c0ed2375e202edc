import type { ContainerSummary, MetricsSample } from '@keelson/contracts';
import { Meter } from '@/components/ui/progress';
import { useFormat, useText } from '@/lib/i18n';

interface UsageProps {
  readonly container: Pick<ContainerSummary, 'state' | 'resources'>;
  readonly sample: MetricsSample | undefined;
}

/** CPUs in use now. */
export function CpuUsage({ container, sample }: UsageProps) {
  const text = useText();
  const format = useFormat();
  if (container.state !== 'running' || !sample || sample.cpuCores === null) return <span className="text-faint">–</span>;
  const limit = container.resources.cpus;
  const used = format.number(sample.cpuCores, 2);
  return (
    <div className="space-y-1">
      <span className="whitespace-nowrap">
        {text.containers.cores(limit === undefined ? used : text.containers.ofLimit(used, format.number(limit, 2)))}
      </span>
      {limit !== undefined && <Meter label={text.containers.cpu} fraction={sample.cpuCores / limit} />}
    </div>
  );
}

/** Memory that cannot simply be given back, against its limit. */
export function MemoryUsage({ container, sample }: UsageProps) {
  const text = useText();
  const format = useFormat();
  if (container.state !== 'running' || !sample) return <span className="text-faint">–</span>;
  const limit = container.resources.memoryBytes;
  const used = sample.memoryWorkingSetBytes;
  return (
    <div className="space-y-1">
      <span className="whitespace-nowrap">
        {limit === undefined ? format.bytes(used) : text.containers.ofLimit(format.bytes(used), format.bytes(limit))}
      </span>
      {limit !== undefined && <Meter label={text.containers.memory} fraction={used / limit} />}
    </div>
  );
}
