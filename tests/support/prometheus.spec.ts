import { describe, expect, it } from 'vitest';
import { parsePrometheus } from './prometheus.js';

const HEAD = '# HELP a_total help\n# TYPE a_total counter\n';

describe('the reader of the text format', () => {
  it('reads names, labels with everything that is escaped, and values', () => {
    const text = `${HEAD}a_total{x="1",y="q\\"b\\\\n\\n"} 1.5e3\n# TYPE b gauge\n# HELP b z\nb NaN\n`;
    expect(parsePrometheus(text)).toEqual([
      { name: 'a_total', type: 'counter', labels: { x: '1', y: 'q"b\\n\n' }, value: 1500 },
      { name: 'b', type: 'gauge', labels: {}, value: Number.NaN },
    ]);
  });

  it.each([
    'a_total 1\n',
    `${HEAD}a_total 1`,
    `${HEAD}a_total 1\na_total 2\n`,
    `${HEAD}a_total -1\n`,
    `${HEAD}a_total 1 \n`,
    `${HEAD}a_total{x="1" } 1\n`,
    `${HEAD}a_total{x="a"b"} 1\n`,
    `${HEAD}a_total{x="1",x="2"} 1\n`,
    `${HEAD}b 1\n`,
    `${HEAD}a_total 1\n# HELP b h\n# TYPE b gauge\nb 1\n${HEAD}a_total{x="1"} 1\n`,
    '# HELP a x\n# TYPE a counter\na 1\n',
    '# HELP 1a x\n',
  ])('refuses %j', (text) => {
    expect(() => parsePrometheus(text)).toThrow();
  });
});
