import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg, release } from 'node:os';
import { type Measured, percentile } from './rounds.js';

interface Table {
  readonly title: string;
  readonly unit: string;
  readonly measured: Measured;
  /** The row that the others are divided by. */
  readonly floor?: string;
  /** Peers are compared with this row; `keelson` where not given. */
  readonly ours?: string;
  /** Whether more is better: rates. */
  readonly more?: boolean;
}

/** Prints a table of medians and 95th percentiles with two ratios: to the floor, and how much better ours is. */
export function report({ title, unit, measured, floor, ours = 'keelson', more = false }: Table): void {
  const middle = (name: string | undefined) => percentile(measured.get(name ?? '') ?? [], 0.5);
  const rows = [...measured].map(([name, all]) => {
    const median = percentile(all, 0.5);
    const ratio = more ? middle(ours) / median : median / middle(ours);
    return [
      name.padEnd(30),
      ...[Math.min(...all), median, percentile(all, 0.95)].map((value) => figure(value).padStart(10)),
      times(median / middle(floor)).padStart(10),
      (name === ours ? '' : times(ratio)).padStart(10),
      String(all.length).padStart(6),
    ].join('');
  });
  const head = `${unit.padEnd(30)}${['min', 'median', 'p95', '× floor', 'ours ×', 'n'].map((name, at) => name.padStart(at === 5 ? 6 : 10)).join('')}`;
  say([title, head, ...rows, surroundings()]);
}

/** Lines with an empty one around them, past the reporter of the test runner. */
export function say(lines: readonly string[]): void {
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

export function surroundings(): string {
  const load = loadavg().map((value) => value.toFixed(1));
  return `Linux ${release()}, ${availableParallelism()} CPUs (${processor()}), load ${load.join(' ')}, ${new Date().toISOString().slice(0, 16)}Z`;
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

const times = (ratio: number) => (Number.isFinite(ratio) ? figure(ratio) : '-');

const processor = () => /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim() ?? process.arch;
