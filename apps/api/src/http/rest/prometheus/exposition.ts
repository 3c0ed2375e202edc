/** Names and values of one sample; label values may be any text. */
export interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric: what it is called, what it means, and its values. Names of counters end with `_total`, units are base units. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly points: readonly Point[];
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The text format of Prometheus. A metric without values is left out. */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ points }) => points.length > 0)
    .map(
      ({ name, type, help, points }) =>
        `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${points.map((point) => line(name, point)).join('')}`,
    )
    .join('');
}

function line(name: string, { labels, value }: Point): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
}

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"');
