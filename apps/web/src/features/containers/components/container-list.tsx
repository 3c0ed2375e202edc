import type { ContainerSummary, MetricsSample } from '@keelson/contracts';
import Link from 'next/link';
import { memo } from 'react';
import { Card } from '@/components/ui/card';
import { useFormat, useText } from '@/lib/i18n';
import { portLabels } from '../model/addresses';
import { StateBadge } from './state-badge';
import { CpuUsage, MemoryUsage } from './usage';
import { VerbButtons } from './verb-buttons';

interface ContainerListProps {
  readonly containers: readonly ContainerSummary[];
  readonly samples: Readonly<Record<string, MetricsSample>>;
}

export function ContainerList({ containers, samples }: ContainerListProps) {
  const text = useText();
  const words = text.containers;
  return (
    <Card flush>
      <table className="w-full table-fixed">
        <thead className="text-left text-faint text-xs">
          <tr className="border-line border-b [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
            <th scope="col" className="md:w-[24%]">
              {words.name}
            </th>
            <th scope="col" className="hidden w-[17%] sm:table-cell">
              {words.state}
            </th>
            <th scope="col" className="hidden w-40 md:table-cell">
              {words.cpu}
            </th>
            <th scope="col" className="hidden w-48 md:table-cell">
              {words.memory}
            </th>
            <th scope="col" className="hidden lg:table-cell">
              {words.ports}
            </th>
            <th scope="col" className="hidden w-36 xl:table-cell">
              {words.since}
            </th>
            <th scope="col" className="w-20">
              <span className="sr-only">{text.common.more}</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {containers.map((container) => (
            <ContainerRow key={container.id} container={container} sample={samples[container.id]} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

/** A second's samples change the rows of those that run, and no other. */
const ContainerRow = memo(function ContainerRow({ container, sample }: { container: ContainerSummary; sample: MetricsSample | undefined }) {
  const format = useFormat();
  const ports = portLabels(container.ports);
  const since = container.state === 'running' ? container.startedAt : (container.finishedAt ?? container.createdAt);
  return (
    <tr className="hover:bg-sunken/60 [&>td]:px-3 [&>td]:py-2.5">
      <td>
        {/* A list can be long, and each row's page would be fetched beforehand. */}
        <Link
          prefetch={false}
          href={`/containers/${container.id}/logs`}
          className="block truncate font-medium hover:text-accent"
          title={container.name}
        >
          {container.name}
        </Link>
        <span className="block truncate text-faint text-xs" title={container.image}>
          {container.image}
        </span>
        <div className="mt-1 space-y-1 sm:hidden">
          <StateBadge container={container} />
        </div>
        {container.state === 'running' && (
          <div className="tabular mt-1 flex gap-4 text-soft text-xs md:hidden">
            <CpuUsage container={container} sample={sample} />
            <MemoryUsage container={container} sample={sample} />
          </div>
        )}
      </td>
      <td className="hidden sm:table-cell">
        <StateBadge container={container} />
      </td>
      <td className="tabular hidden md:table-cell">
        <CpuUsage container={container} sample={sample} />
      </td>
      <td className="tabular hidden md:table-cell">
        <MemoryUsage container={container} sample={sample} />
      </td>
      <td className="tabular hidden text-soft lg:table-cell">
        {ports.map((port) => (
          <span key={port} className="block truncate">
            {port}
          </span>
        ))}
      </td>
      <td className="hidden text-soft xl:table-cell">
        {since && (
          <time dateTime={since} title={format.dateTime(since)}>
            {format.ago(since)}
          </time>
        )}
      </td>
      <td>
        <VerbButtons container={container} compact />
      </td>
    </tr>
  );
});
