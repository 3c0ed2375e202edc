import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { LogDamagedError, type ReadLogOptions, readLog } from '../../lib/log/read-log.js';

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
  const input = writes
    .map(([stream, nanoseconds, payload]) => `${stream} ${nanoseconds} ${Buffer.from(payload).toString('hex')}\n`)
    .join('');
  const { status, stderr } = spawnSync(WRITER, [directory], { input, encoding: 'utf8', maxBuffer: 1 << 20 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

async function read(options?: ReadLogOptions) {
  const lines = [];
  for await (const line of readLog(directory, options)) lines.push(line);
  return lines;
}

const texts = async (options?: ReadLogOptions) => (await read(options)).map(({ text }) => text.toString('latin1'));

/** Enough lines for several index entries: line N is written at nanosecond N. */
function numbered(count: number): Write[] {
  return Array.from({ length: count }, (_, at) => [1, at, `line ${at} ${'x'.repeat(90)}\n`] as const);
}

describe('reading a log', () => {
  it('gives lines with their stream and the time of their first byte', async () => {
    write([1, 10, 'one\ntw'], [2, 11, 'warn\n'], [1, 12, 'o\n']);
    expect(await read()).toEqual([
      { stream: 'stdout', nanoseconds: 10n, text: Buffer.from('one'), partial: false },
      { stream: 'stderr', nanoseconds: 11n, text: Buffer.from('warn'), partial: false },
      { stream: 'stdout', nanoseconds: 10n, text: Buffer.from('two'), partial: false },
    ]);
  });

  it('keeps NUL, invalid UTF-8 and empty lines as they are', async () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x0a, 0x0a, 0xc3, 0x28, 0x0a]);
    write([1, 1, bytes]);
    expect((await read()).map(({ text }) => [...text])).toEqual([[0x00, 0xff, 0xfe], [], [0xc3, 0x28]]);
  });

  it('marks the unfinished last line as partial', async () => {
    write([1, 1, 'done\nprompt> ']);
    expect((await read()).map(({ text, partial }) => [text.toString(), partial])).toEqual([
      ['done', false],
      ['prompt> ', true],
    ]);
  });

  it('gives a line over 64 KiB in parts that add up to it', async () => {
    const long = 'y'.repeat(150_000);
    write([1, 1, `${long}\nnext\n`]);
    const lines = await read();
    expect(lines.map(({ text, partial }) => [text.length, partial])).toEqual([
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
    const lines = await read({ since: 1200n, until: 1203n });
    expect(lines.map(({ nanoseconds }) => nanoseconds)).toEqual([1200n, 1201n, 1202n, 1203n]);
  });

  it('has no lines where there is no log yet', async () => {
    expect(await texts()).toEqual([]);
  });

  it('says where a damaged log is damaged, after everything before it', async () => {
    write([1, 1, 'fine\n']);
    appendFileSync(join(directory, '000001.log'), Buffer.alloc(32));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { text } of readLog(directory)) seen.push(text.toString());
    })();
    await expect(reading).rejects.toEqual(new LogDamagedError(16 + 5));
    expect(seen).toEqual(['fine']);
  });
});

describe('the writer after a crash', () => {
  it('cuts off the torn frame and goes on behind the last whole one', async () => {
    write([1, 1, 'kept\n'], [1, 2, 'torn away\n']);
    const path = join(directory, '000001.log');
    writeFileSync(path, readFileSync(path).subarray(0, -3));
    write([1, 3, 'after\n']);
    expect(await texts()).toEqual(['kept', 'after']);
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
    const lines: string[] = [];
    for await (const { text } of readLog(directory, { follow: finished.signal })) {
      lines.push(text.toString());
      if (lines.length === 1) write([1, 2, 'during\n']);
      if (lines.length === 2) {
        write([2, 3, 'last\nwords']);
        finished.abort();
      }
    }
    expect(lines).toEqual(['before', 'during', 'last', 'words']);
  });

  it('waits for a log that does not exist yet', async () => {
    const finished = new AbortController();
    const reading = (async () => {
      for await (const { text } of readLog(directory, { follow: finished.signal })) return text.toString();
      return undefined;
    })();
    write([1, 1, 'first\n']);
    expect(await reading).toBe('first');
    finished.abort();
  });
});
