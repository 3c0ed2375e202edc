import type { Death } from '@keelson/contracts';
import { Facts } from '@/components/ui/facts';
import { Meter } from '@/components/ui/progress';
import { useFormat, useText } from '@/lib/i18n';

type Usage = NonNullable<Death['usage']>;

/** What a run had used up at its end. */
export function UsageFacts({ usage }: { usage: Usage }) {
  const text = useText();
  const words = text.deaths;
  const format = useFormat();
  const time = (nanoseconds: number | null) => (nanoseconds === null ? text.deaths.unknown : format.duration(nanoseconds / 1e6));
  const { cpuUsageNs, cpuThrottledNs, memoryPeakBytes, memoryLimitBytes, pidsPeak, pidsLimit } = usage;
  return (
    <Facts
      facts={[
        {
          label: words.memoryPeak,
          value: <Peak label={words.memoryPeak} most={memoryPeakBytes} limit={memoryLimitBytes} show={format.bytes} />,
        },
        { label: words.cpuUsed, value: time(cpuUsageNs) },
        ...(cpuThrottledNs ? [{ label: words.cpuThrottled, value: time(cpuThrottledNs) }] : []),
        {
          label: usage.pidsPeakSampled ? words.pidsPeakSeen : words.pidsPeak,
          value: <Peak label={words.pidsPeak} most={pidsPeak} limit={pidsLimit} show={format.number} />,
        },
      ]}
    />
  );
}

interface PeakProps {
  readonly label: string;
  readonly most: number | null;
  readonly limit: number | null;
  readonly show: (value: number) => string;
}

function Peak({ label, most, limit, show }: PeakProps) {
  const text = useText();
  if (most === null) return <span className="text-faint">{text.deaths.unknown}</span>;
  if (limit === null) return show(most);
  return (
    <div className="max-w-56 space-y-1">
      <span>{text.containers.ofLimit(show(most), show(limit))}</span>
      <Meter label={label} fraction={most / limit} />
    </div>
  );
}
