import type { Options, Series } from 'uplot';

export interface ChartLine {
  readonly label: string;
  /** A colour of the style sheet, `--chart-1`. */
  readonly colour: string;
  /** A bound, not a measurement. */
  readonly dashed?: boolean;
}

interface ChartLook {
  readonly lines: readonly ChartLine[];
  readonly width: number;
  readonly height: number;
  readonly show: (value: number) => string;
  readonly clock: (milliseconds: number) => string;
  /** Colours as the style sheet has them now. */
  readonly colourOf: (name: string) => string;
  readonly onCursor: (place: number | undefined) => void;
  /** The scale never ends below this. */
  readonly least: number;
  /** Steps of the scale: bytes are told in powers of two. */
  readonly binary: boolean;
}

const HOUR = 3600;
const WHOLE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR];
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

const FONT = '11px "Inter Variable", system-ui, sans-serif';
/** All charts of a page move their cursors together. */
const SYNC = 'container-metrics';
const AXIS_PX = 62;

export function chartOptions({ lines, width, height, show, clock, colourOf, onCursor, least, binary }: ChartLook): Options {
  const axis = { stroke: colourOf('--ink-faint'), font: FONT, ticks: { show: false }, grid: { stroke: colourOf('--line'), width: 1 } };
  return {
    width,
    height,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, sync: { key: SYNC }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_, __, most) => [0, Math.max(least, (most ?? 0) * 1.1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, seconds) => seconds.map((second) => clock(second * 1000)),
        // Room for a date.
        space: 90,
        size: 28,
        incrs: WHOLE_SECONDS,
      },
      { ...axis, size: AXIS_PX, values: (_, values) => values.map(show), space: 34, ...(binary && { incrs: POWERS_OF_TWO }) },
    ],
    series: [{}, ...lines.map((line, at) => seriesLook(line, colourOf, at === 0))],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)] },
  };
}

function seriesLook({ label, colour, dashed }: ChartLine, colourOf: ChartLook['colourOf'], filled: boolean): Series {
  const stroke = colourOf(colour);
  return { label, stroke, width: 1.5, points: { show: false }, ...(filled && { fill: `${stroke}22` }), ...(dashed && { dash: [5, 4] }) };
}
