import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  clearLogFiles,
  compressibleParts,
  compressPart,
  LogDamagedError,
  type LogEntry,
  type ReadLogOptions,
  readLastLines,
  readLog,
  readLogBlocks,
} from '../../lib/log/read-log.js';

const WRITER = fileURLToPath(new URL('../../build/Release/keelson-log-tool', import.meta.url));

type Write = readonly [stream: 1 | 2, nanoseconds: number, payload: string | Buffer];

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keelson-log-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Through the supervisor's own writer. */
function write(...writes: Write[]) {
  writeCapped([], ...writes);
}

function writeCapped(caps: readonly number[], ...writes: Write[]) {
  const input = writes
    .map(([stream, nanoseconds, payload]) => `${stream} ${nanoseconds} ${Buffer.from(payload).toString('hex')}\n`)
    .join('');
  const { status, stderr } = spawnSync(WRITER, [directory, ...caps.map(String)], { input, encoding: 'utf8', maxBuffer: 1 << 20 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

async function read(options?: ReadLogOptions): Promise<LogEntry[]> {
  const entries = [];
  for await (const entry of readLog(directory, options)) entries.push(entry);
  if (options?.tail === undefined) expect(await readByBlocks(options)).toEqual(entries);
  return entries;
}

/** The same log read in blocks, each taken apart into its lines. */
async function readByBlocks(options?: ReadLogOptions): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const pieces of readLogBlocks(directory, options)) {
    for (const piece of pieces) {
      if (piece.type !== 'block') entries.push(piece);
      else for (const text of linesOf(piece.text)) entries.push({ ...piece, type: 'line', text, partial: false });
    }
  }
  return entries;
}

function* linesOf(text: Buffer): Generator<Buffer> {
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    yield text.subarray(start, end);
  }
}

const lines = async (options?: ReadLogOptions) => (await read(options)).filter((entry) => entry.type === 'line');
const gaps = async (options?: ReadLogOptions) => (await read(options)).filter((entry) => entry.type === 'gap');
const texts = async (options?: ReadLogOptions) => (await lines(options)).map(({ text }) => text.toString('latin1'));

/** Enough lines for several index entries: line N is written at nanosecond N. */
function numbered(count: number): Write[] {
  return Array.from({ length: count }, (_, at) => [1, at, `line ${at} ${'x'.repeat(90)}\n`] as const);
}

describe('reading a log', () => {
  it('gives lines with their stream and the time of their first byte', async () => {
    write([1, 10, 'one\ntw'], [2, 11, 'warn\n'], [1, 12, 'o\n']);
    expect(await read()).toEqual([
      { type: 'line', stream: 'stdout', nanoseconds: 10n, text: Buffer.from('one'), partial: false },
      { type: 'line', stream: 'stderr', nanoseconds: 11n, text: Buffer.from('warn'), partial: false },
      { type: 'line', stream: 'stdout', nanoseconds: 10n, text: Buffer.from('two'), partial: false },
    ]);
  });

  it('keeps NUL, invalid UTF-8 and empty lines as they are', async () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x0a, 0x0a, 0xc3, 0x28, 0x0a]);
    write([1, 1, bytes]);
    expect((await lines()).map(({ text }) => [...text])).toEqual([[0x00, 0xff, 0xfe], [], [0xc3, 0x28]]);
  });

  it('marks the unfinished last line as partial', async () => {
    write([1, 1, 'done\nprompt> ']);
    expect((await lines()).map(({ text, partial }) => [text.toString(), partial])).toEqual([
      ['done', false],
      ['prompt> ', true],
    ]);
  });

  it('gives a line over 64 KiB in parts that add up to it', async () => {
    const long = 'y'.repeat(150_000);
    write([1, 1, `${long}\nnext\n`]);
    expect((await lines()).map(({ text, partial }) => [text.length, partial])).toEqual([
      [65_536, true],
      [65_536, true],
      [150_000 - 2 * 65_536, false],
      [4, false],
    ]);
  });

  it.each([0, 1, 7, 1500, 2999, 3000, 5000])('shows exactly the last %i lines', async (tail) => {
    write(...numbered(3000));
    expect(statSync(join(directory, '000001.idx')).size).toBeGreaterThan(64);
    const expected = (await texts()).slice(Math.max(0, 3000 - tail));
    expect(await texts({ tail })).toEqual(expected);
  });

  it('counts an unfinished line among the last ones', async () => {
    write([1, 1, 'a\nb\nc']);
    expect(await texts({ tail: 2 })).toEqual(['b', 'c']);
  });

  it('never begins inside a line of the other stream', async () => {
    const interleaved = numbered(3000);
    write([2, 0, 'begin '], ...interleaved, [2, 3000, 'end\n']);
    expect((await texts({ tail: 1 }))[0]).toBe('begin end');
  });

  it('finds lines by time, both ends included', async () => {
    write(...numbered(3000));
    expect((await lines({ since: 1200n, until: 1203n })).map(({ nanoseconds }) => nanoseconds)).toEqual([1200n, 1201n, 1202n, 1203n]);
  });

  it('has no lines where there is no log yet', async () => {
    expect(await texts()).toEqual([]);
  });

  it('says where a damaged log is damaged, after everything before it', async () => {
    write([1, 1, 'fine\n']);
    appendFileSync(join(directory, '000001.log'), Buffer.alloc(32));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const entry of readLog(directory)) if (entry.type === 'line') seen.push(entry.text.toString());
    })();
    await expect(reading).rejects.toEqual(new LogDamagedError(16 + 5));
    expect(seen).toEqual(['fine']);
  });
});

describe('a reader behind damage', () => {
  it('goes on with the next whole frame, long before the index knows a place', async () => {
    write(...numbered(300));
    const path = join(directory, '000001.log');
    writeFileSync(path, readFileSync(path).fill(0, 5000, 5100));
    const seen = await texts();
    expect(seen.length).toBeGreaterThan(290);
    expect(seen.at(-1)).toMatch(/^line 299 /);
    expect((await read()).filter(({ type }) => type === 'gap')).toHaveLength(1);
  });

  it('is not led astray by a container that writes what looks like one', async () => {
    const forged = Buffer.alloc(16 + 4, 'x');
    forged.writeUInt32LE(4, 0);
    forged.fill(0, 4, 8).writeUInt8(1, 4);
    write([1, 1, 'before\n'], [1, 2, `damaged ${forged.toString('latin1')}\n`], [1, 3, 'behind\n'], [1, 4, 'it\n']);
    const path = join(directory, '000001.log');
    writeFileSync(path, readFileSync(path).fill(0, 23, 23 + 16));
    expect(await texts()).toEqual(['before', 'behind', 'it']);
  });
});

describe('the writer after a crash', () => {
  it('cuts off the torn frame and goes on behind the last whole one', async () => {
    write([1, 1, 'kept\n'], [1, 2, 'torn away\n']);
    const path = join(directory, '000001.log');
    writeFileSync(path, readFileSync(path).subarray(0, -3));
    write([1, 3, 'after\n']);
    expect((await read()).map((entry) => (entry.type === 'line' ? entry.text.toString() : entry))).toEqual([
      'kept',
      { type: 'gap', reason: 'torn', bytes: 16 + 10 - 3, lines: null },
      'after',
    ]);
  });

  it('leaves a part that is damaged in the middle to its readers and begins a new one', async () => {
    write([1, 1, 'before\n'], [1, 2, 'damaged\n'], [1, 3, 'behind it\n']);
    const path = join(directory, '000001.log');
    writeFileSync(path, readFileSync(path).fill(0, 23, 23 + 16 + 8));
    write([1, 4, 'after\n']);
    expect((await read()).map((entry) => (entry.type === 'line' ? entry.text.toString() : entry))).toEqual([
      'before',
      { type: 'gap', reason: 'torn', bytes: 16 + 8, lines: null },
      'behind it',
      'after',
    ]);
  });

  it('cuts off blocks that never reached the disk', async () => {
    write([1, 1, 'kept\n']);
    appendFileSync(join(directory, '000001.log'), Buffer.alloc(10_000));
    write([1, 3, 'after\n']);
    expect((await read()).map((entry) => (entry.type === 'line' ? entry.text.toString() : entry))).toEqual([
      'kept',
      { type: 'gap', reason: 'torn', bytes: 10_000, lines: null },
      'after',
    ]);
  });

  it('keeps the counts of its index right', async () => {
    write(...numbered(1000));
    write(...numbered(1000));
    expect(await texts({ tail: 1500 })).toEqual((await texts()).slice(500));
  });
});

describe('following', () => {
  it('delivers what is written later, and all of it before it ends', async () => {
    write([1, 1, 'before\n']);
    const finished = new AbortController();
    const seen: string[] = [];
    for await (const entry of readLog(directory, { follow: finished.signal })) {
      seen.push(entry.type === 'line' ? entry.text.toString() : entry.type);
      if (seen.length === 1) write([1, 2, 'during\n']);
      if (seen.length === 2) {
        write([2, 3, 'last\nwords']);
        finished.abort();
      }
    }
    expect(seen).toEqual(['before', 'during', 'last', 'words']);
  });

  it('waits for a log that does not exist yet', async () => {
    const finished = new AbortController();
    const reading = (async () => {
      for await (const entry of readLog(directory, { follow: finished.signal })) if (entry.type === 'line') return entry.text.toString();
      return undefined;
    })();
    write([1, 1, 'first\n']);
    expect(await reading).toBe('first');
    finished.abort();
  });
});

describe('a log of which parts are compressed', () => {
  const CAPS = [512 * 1024, 4];
  const names = () => readdirSync(directory).filter((name) => name.includes('.log'));
  const compressAll = async () => {
    for (const part of await compressibleParts(directory, -1)) await compressPart(directory, part);
  };

  it('is read as it was before, wherever it begins', async () => {
    writeCapped(CAPS, ...numbered(14_000));
    const all = await texts();
    await compressAll();
    expect(names()).toEqual(['000001.log.zst', '000002.log.zst', '000003.log.zst', '000004.log']);
    expect(await texts()).toEqual(all);
    for (const tail of [10, 6000, 13_999]) expect(await texts({ tail })).toEqual(all.slice(-tail));
    expect(await texts({ since: 5000n, until: 5003n })).toEqual(all.slice(5000, 5004));
  });

  it('can be read by every zstd', async () => {
    writeCapped(CAPS, ...numbered(5000));
    const plain = readFileSync(join(directory, '000001.log'));
    await compressAll();
    const compressed = readFileSync(join(directory, '000001.log.zst'));
    expect(compressed.length).toBeLessThan(plain.length / 4);
    expect(zstdDecompressSync(compressed).equals(plain)).toBe(true);
  });

  it('is written on and rotated as before', async () => {
    writeCapped(CAPS, ...numbered(14_000));
    await compressAll();
    writeCapped(CAPS, ...numbered(9000));
    expect(names()).toEqual(['000003.log.zst', '000004.log', '000005.log', '000006.log']);
    expect((await texts({ tail: 9001 })).map((text) => text.split(' ')[1]).slice(0, 2)).toEqual(['13999', '0']);
  });

  it('does not come back when its plain file was removed meanwhile', async () => {
    writeCapped(CAPS, ...numbered(9000));
    const path = join(directory, '000001.log');
    const compressing = compressPart(directory, 1);
    rmSync(path);
    await compressing.catch(() => undefined);
    expect(names()).not.toContain('000001.log.zst');
    expect(names()).not.toContain('000001.log.zst.tmp');
  });

  it('tells of a part that is damaged, and goes on behind it', async () => {
    writeCapped(CAPS, ...numbered(14_000));
    await compressAll();
    const path = join(directory, '000002.log.zst');
    writeFileSync(path, readFileSync(path).fill(0x5a, 100, 4000));
    expect(await gaps()).toEqual([{ type: 'gap', reason: 'torn', bytes: expect.any(Number), lines: null }]);
    writeFileSync(path, 'no zstd at all');
    expect(await gaps()).toEqual([{ type: 'gap', reason: 'torn', bytes: 14, lines: null }, expect.objectContaining({ reason: 'rotated' })]);
    expect((await texts()).at(-1)).toMatch(/^line 13999 /);
  });
});

describe('a log that is cleared', () => {
  it('has nothing of before and goes on, for a follower too', async () => {
    write([1, 1, 'before\n']);
    const finished = new AbortController();
    const seen: string[] = [];
    for await (const entry of readLog(directory, { follow: finished.signal })) {
      seen.push(entry.type === 'line' ? entry.text.toString() : entry.type);
      if (seen.length === 1) {
        await clearLogFiles(directory);
        expect(await read()).toEqual([]);
        write([1, 2, 'after\n']);
      } else finished.abort();
    }
    expect(seen).toEqual(['before', 'after']);
    expect(await texts({ tail: 5 })).toEqual(['after']);
  });
});

describe('a log over its cap', () => {
  const CAPS = [128 * 1024, 3];
  const parts = () => readdirSync(directory).filter((name) => name.endsWith('.log'));
  const numberOf = (text: string) => Number(text.split(' ')[1]);

  it('keeps the newest parts and takes no more of the disk than it may', () => {
    writeCapped(CAPS, ...numbered(6000));
    expect(parts()).toEqual(['000004.log', '000005.log', '000006.log']);
    for (const name of parts()) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(128 * 1024);
    expect(readdirSync(directory)).toHaveLength(6);
  });

  it('has every line from the oldest that is left on, over all its parts', async () => {
    writeCapped(CAPS, ...numbered(6000));
    const left = (await texts()).map(numberOf);
    expect(left.length).toBeGreaterThan(2000);
    expect(left).toEqual(Array.from({ length: left.length }, (_, at) => 6000 - left.length + at));
  });

  it.each([1, 700, 1500, 2500, 9000])('shows exactly the last %i lines, wherever parts begin', async (tail) => {
    writeCapped(CAPS, ...numbered(6000));
    const all = await texts();
    expect(await texts({ tail })).toEqual(all.slice(Math.max(0, all.length - tail)));
  });

  it('finds lines by time over its parts', async () => {
    writeCapped(CAPS, ...numbered(6000));
    for (const since of [3200, 4000, 5000, 5999]) {
      const until = since + 900;
      const found = (await lines({ since: BigInt(since), until: BigInt(until) })).map(({ nanoseconds }) => Number(nanoseconds));
      const first = Math.max(since, numberOf((await texts())[0] ?? ''));
      expect(found).toEqual(Array.from({ length: Math.min(until, 5999) - first + 1 }, (_, at) => first + at));
    }
  });

  it('goes on with the newest part, and its counts, in the next run', async () => {
    writeCapped(CAPS, ...numbered(2000));
    writeCapped(CAPS, ...numbered(2000));
    const all = await texts();
    expect(all.at(-1)).toMatch(/^line 1999 /);
    expect(await texts({ tail: 1800 })).toEqual(all.slice(-1800));
  });

  it('drops at the next start what a lowered cap leaves no room for', () => {
    writeCapped([128 * 1024, 5], ...numbered(6000));
    expect(parts()).toHaveLength(5);
    writeCapped([128 * 1024, 2]);
    expect(parts()).toEqual(['000005.log', '000006.log']);
  });

  it('puts a line together that was begun in one part and ended in the next', async () => {
    writeCapped(CAPS, ...numbered(1000), [2, 5, 'begin '], ...numbered(1000), [2, 6, 'end\n']);
    expect(await texts()).toContain('begin end');
    expect((await texts({ tail: 1 }))[0]).toBe('begin end');
  });

  it('gives a follower that keeps up every line, and one that is too slow every line or the number of those it missed', async () => {
    writeCapped(CAPS, ...numbered(10));
    const finished = new AbortController();
    let count = 0;
    let missed = 0;
    for await (const entry of readLog(directory, { follow: finished.signal })) {
      if (entry.type === 'gap') {
        expect(entry).toMatchObject({ reason: 'rotated', bytes: expect.any(Number) });
        missed += entry.lines ?? 0;
      } else if (++count === 5) {
        writeCapped(CAPS, ...numbered(500));
        writeCapped(CAPS, ...numbered(500));
      } else if (count === 1010) {
        expect(missed).toBe(0);
        writeCapped(CAPS, ...numbered(9000));
        finished.abort();
      }
    }
    expect(missed).toBeGreaterThan(3000);
    expect(count + missed).toBe(10_010);
  });

  it('tells where a part in the middle is damaged, and goes on behind it', async () => {
    writeCapped(CAPS, ...numbered(3000));
    const path = join(directory, parts()[1] ?? '');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 10_000, 10_200);
    writeFileSync(path, bytes);
    expect(await gaps()).toEqual([{ type: 'gap', reason: 'torn', bytes: expect.any(Number), lines: null }]);
    expect((await texts()).at(-1)).toMatch(/^line 2999 /);
    writeFileSync(path, bytes.subarray(0, 100_000));
    expect((await texts()).at(-1)).toMatch(/^line 2999 /);
  });
});

describe('the last lines', () => {
  const last = async (count: number) => (await readLastLines(directory, count)).map(({ text }) => text.toString());

  it('are those at the end, whole or not', async () => {
    expect(await last(3)).toEqual([]);
    write([1, 1, 'one\ntwo\n'], [2, 2, 'bad\n'], [1, 3, 'thr'], [1, 4, 'ee\nfour']);
    expect(await last(3)).toEqual(['bad', 'three', 'four']);
  });

  it('of a long log are found without reading all of it', async () => {
    write(...Array.from({ length: 5000 }, (_, at): Write => [1, at, `line ${at} ${'x'.repeat(80)}\n`]));
    expect((await last(20)).map((text) => text.slice(0, 9))).toEqual(Array.from({ length: 20 }, (_, at) => `line ${4980 + at}`));
  });

  it('are what can be read where the log is torn', async () => {
    write([1, 1, 'one\n'], [1, 2, 'two\n']);
    appendFileSync(join(directory, '000001.log'), Buffer.from([9, 0, 0, 0, 1]));
    expect(await last(3)).toEqual(['one', 'two']);
  });
});
