import type { ContainerHealth } from '@keelson/contracts';
import clsx from 'clsx';
import { CircleCheck, CircleX } from 'lucide-react';
import { Output } from '@/components/ui/code-block';
import { useFormat, useText } from '@/lib/i18n';

type Probe = ContainerHealth['probes'][number];

/** The newest first, with what each wrote. */
export function HealthProbes({ probes }: { probes: readonly Probe[] }) {
  const words = useText().health;
  if (probes.length === 0) return <p className="text-faint">{words.noProbes}</p>;
  return (
    <ol className="space-y-3">
      {probes.toReversed().map((probe) => (
        <ShownProbe key={probe.startedAt} probe={probe} />
      ))}
    </ol>
  );
}

function ShownProbe({ probe: { startedAt, finishedAt, exitCode, output } }: { probe: Probe }) {
  const words = useText().health;
  const format = useFormat();
  const passed = exitCode === 0;
  const Icon = passed ? CircleCheck : CircleX;
  return (
    <li>
      <p className="flex flex-wrap items-center gap-x-2">
        <Icon aria-hidden className={clsx('size-4', passed ? 'text-ok' : 'text-bad')} />
        <span className={clsx('font-medium', !passed && 'text-bad')}>
          {passed ? words.passed : exitCode < 0 ? words.notRun : words.failed(exitCode)}
        </span>
        <span className="text-faint text-xs">
          <time dateTime={startedAt} title={format.dateTime(startedAt)}>
            {format.ago(startedAt)}
          </time>
          {` · ${words.took(format.duration(Date.parse(finishedAt) - Date.parse(startedAt)))}`}
        </span>
      </p>
      {output.trim() !== '' && (
        <div className="mt-1 rounded-md border border-line bg-sunken">
          <Output label={format.dateTime(startedAt)}>{output.trimEnd()}</Output>
        </div>
      )}
    </li>
  );
}
