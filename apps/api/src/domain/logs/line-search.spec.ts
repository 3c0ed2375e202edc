import { describe, expect, it } from 'vitest';
import { lineSearch, matching, type SearchText } from './line-search.js';
import type { LogEntry } from './logs.ports.js';

const found = (search: Partial<SearchText>, line: string | Buffer) =>
  lineSearch({ text: '', regex: false, ignoreCase: false, ...search })(Buffer.from(line));
const line = (text: string): LogEntry => ({ type: 'line', stream: 'stdout', nanoseconds: 1n, text: Buffer.from(text), partial: false });

async function collect(batches: AsyncIterable<readonly LogEntry[]>) {
  const all: LogEntry[] = [];
  for await (const entries of batches) all.push(...entries);
  return all;
}

describe('a search', () => {
  it.each([
    [{ text: 'error' }, 'an error here', true],
    [{ text: 'error' }, 'an ERROR here', false],
    [{ text: 'error', ignoreCase: true }, 'an ERROR here', true],
    [{ text: 'a.c' }, 'abc', false],
    [{ text: 'a.c', ignoreCase: true }, 'abc', false],
    [{ text: 'a.c', regex: true }, 'abc', true],
    [{ text: '^5\\d\\d ', regex: true }, '503 slow', true],
    [{ text: '^5\\d\\d ', regex: true }, 'was 503 slow', false],
    [{ text: 'größe' }, 'die Größe', false],
    [{ text: 'größe', ignoreCase: true }, 'die GRÖSSE Größe', true],
  ])('for %o in "%s": %s', (search, text, expected) => {
    expect(found(search, text)).toBe(expected);
  });

  it('finds text beside bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from('needle'), Buffer.from([0xc3])]);
    expect(found({ text: 'needle' }, bytes)).toBe(true);
    expect(found({ text: 'need.e', regex: true }, bytes)).toBe(true);
  });

  it.each(['(', 'a{2,1}', '(a)\\1', '(?=a)', '(a{100}){100}', '\\w{400}'])('refuses %s, naming the field', (text) => {
    expect(() => found({ text, regex: true }, '')).toThrow(
      expect.objectContaining({ code: 'invalid_input', details: { field: 'search' } }),
    );
  });

  it('with an expression made to explode takes time that is linear in the line', () => {
    const line = 'a'.repeat(65_536);
    for (const text of ['(a+)+$|b', '(a|aa)+b$', '(a*)*c|^(([a-z])+.)+[A-Z]([a-z])+$']) {
      const start = process.cpuUsage();
      found({ text, regex: true }, line);
      // An exponential engine needs longer than the universe is old.
      expect(process.cpuUsage(start).user / 1000).toBeLessThan(5000);
    }
  });

  it('lets others have their turn, and keeps gaps', async () => {
    const gap: LogEntry = { type: 'gap', reason: 'torn', bytes: 3, lines: null };
    const many = Array.from({ length: 200_000 }, (_, at) => line(`line ${at} of many`));
    async function* log() {
      yield [line('no'), gap, line('yes')];
      yield many;
    }
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const entries = await collect(matching(log(), lineSearch({ text: 'yes|line 199999', regex: true, ignoreCase: false })));
    clearInterval(timer);
    expect(entries.map((entry) => (entry.type === 'line' ? String(entry.text) : 'gap'))).toEqual(['gap', 'yes', 'line 199999 of many']);
    expect(turns).toBeGreaterThan(0);
  });
});
