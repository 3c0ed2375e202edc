import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import { useFormat } from '@/lib/i18n';
import { useTheme } from '@/lib/theme';
import { type ChartLine, chartOptions } from '../model/chart-options';
import type { Line } from '../model/series';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 150;

interface ChartProps {
  readonly label: string;
  readonly times: number[];
  readonly lines: readonly (ChartLine & { readonly values: Line })[];
  readonly show: (value: number) => string;
  readonly least: number;
  readonly binary: boolean;
  /** The times are told with their date. */
  readonly days: boolean;
  /** Place of the sample under the pointer, undefined when there is none. */
  readonly onCursor: (place: number | undefined) => void;
}

export default function Chart({ label, times, lines, show, least, binary, days, onCursor }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const format = useFormat();
  const { shown: theme } = useTheme();
  const data = () => [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const options = useEffectEvent((width: number) => {
    const style = getComputedStyle(document.documentElement);
    const colourOf = (name: string) => style.getPropertyValue(name).trim();
    return chartOptions({
      lines,
      width,
      height: HEIGHT,
      show,
      clock: days ? format.moment : format.timeOfDay,
      colourOf,
      onCursor,
      least,
      binary,
    });
  });
  const first = useEffectEvent(data);

  // uPlot reads its colours, words and lines once, so another theme or language is another chart.
  // biome-ignore lint/correctness/useExhaustiveDependencies: theme, format and the number of lines are the reasons to begin anew
  useEffect(() => {
    const parent = element.current;
    if (!parent) return;
    const made = new uPlot(options(parent.clientWidth), first(), parent);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: HEIGHT }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [theme, format, lines.length]);

  useEffect(() => plot.current?.setData(data()));
  return <div ref={element} role="img" aria-label={label} style={{ height: HEIGHT }} />;
}
