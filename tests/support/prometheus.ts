/** One sample of the text format. */
export interface PrometheusSample {
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/;
const VALUE = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)$|^NaN$/;
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

/**
 * Reads https://prometheus.io/docs/instrumenting/exposition_formats/ and refuses what a lenient reader lets pass: a metric without HELP and TYPE or
 * with two of them, one whose samples are not together, a sample twice, a counter that is not called _total or is negative, a missing last line feed.
 */
export function parsePrometheus(text: string): PrometheusSample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const samples: PrometheusSample[] = [];
  const [finished, seen] = [new Set<string>(), new Set<string>()];
  let family = { name: '', help: false, type: '' };
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', rest = ''] = comment;
      if (!NAME.test(name)) throw new Error(`"${name}" is no name: ${line}`);
      if (name !== family.name) {
        finished.add(family.name);
        if (finished.has(name)) throw new Error(`the lines of ${name} are not together`);
        family = { name, help: false, type: '' };
      }
      if (kind === 'HELP' ? family.help : family.type !== '') throw new Error(`a second ${kind} of ${name}`);
      if (kind === 'HELP') family.help = true;
      else if (TYPES.has(rest)) family.type = rest;
      else throw new Error(`"${rest}" is no type: ${line}`);
      continue;
    }
    const sample = parseSample(line, family.type);
    if (sample.name !== family.name || !family.help || family.type === '') throw new Error(`no HELP and TYPE stand before: ${line}`);
    if (family.type === 'counter' && (!sample.name.endsWith('_total') || sample.value < 0)) throw new Error(`no counter: ${line}`);
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  return samples;
}

function parseSample(line: string, type: string): PrometheusSample {
  const parts = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line);
  const [, name = '', labels = '', value = ''] = parts ?? [];
  if (!NAME.test(name) || !VALUE.test(value)) throw new Error(`no sample: ${line}`);
  return { name, type, labels: parseLabels(labels, line), value: Number(value.replace('Inf', 'Infinity')) };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const [all, name, value] = LABEL.exec(rest) ?? [];
    if (all === undefined || name === undefined || value === undefined || name in labels)
      throw new Error(`no labels at "${rest}": ${line}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(all.length);
  }
  return labels;
}
