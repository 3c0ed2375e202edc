import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Card } from '@/components/ui/card';
import { useFormat } from '@/lib/i18n';
import type { ChartLine } from '../model/chart-options';
import type { Line } from '../model/series';

/** uPlot looks at the window when it is loaded. */
const Chart = dynamic(() => import('./chart'), { ssr: false, loading: () => <div className="h-[150px]" /> });

interface MetricCardProps {
  readonly title: string;
  readonly times: number[];
  readonly lines: readonly (ChartLine & { readonly values: Line })[];
  readonly show: (value: number) => string;
  /** The scale never ends below this, so that a quiet container does not look busy. */
  readonly least: number;
  /** Its values are bytes. */
  readonly binary?: boolean;
  readonly days: boolean;
  /** What else is known: the limit, the peak. */
  readonly note?: string | undefined;
}

/** A chart with its newest values, or those under the pointer. */
export function MetricCard({ title, times, lines, show, least, binary = false, days, note }: MetricCardProps) {
  const format = useFormat();
  const [cursor, setCursor] = useState<number>();
  const place = cursor ?? times.length - 1;
  const time = times[place];
  return (
    <Card title={title} actions={note && <span className="tabular text-right text-faint text-xs">{note}</span>}>
      <div className="tabular mb-2 flex flex-wrap items-baseline gap-x-5 gap-y-1">
        {lines.map(({ label, colour, values }) => (
          <span key={label} className="inline-flex items-baseline gap-1.5">
            <span aria-hidden className="size-2 rounded-full" style={{ background: `var(${colour})` }} />
            <span className="text-faint text-xs">{label}</span>
            <span className="font-semibold text-base">{valueText(values[place], show)}</span>
          </span>
        ))}
        {cursor !== undefined && time !== undefined && (
          <span className="ml-auto text-faint text-xs">{(days ? format.moment : format.timeOfDay)(time * 1000)}</span>
        )}
      </div>
      <Chart label={title} times={times} lines={lines} show={show} least={least} binary={binary} days={days} onCursor={setCursor} />
    </Card>
  );
}

function valueText(value: number | null | undefined, show: (value: number) => string): string {
  return value === null || value === undefined ? '–' : show(value);
}
