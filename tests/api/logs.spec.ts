import type { LogMessage } from '@keelson/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, texts } from '../support/api.js';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
const run = async (script: string, tty = false) =>
  (await suite.api.run({ image: suite.image('busybox'), command: ['sh', '-c', script], tty })).container.id;
const logs = (id: string, query: Record<string, string | number | boolean> = {}) => collect(suite.api.containers.logs(id, query));
const times = (messages: readonly LogMessage[]) => messages.flatMap((message) => (message.type === 'line' ? [message.time ?? ''] : []));

describe('the log of a container that ended', () => {
  let id: string;
  beforeAll(async () => {
    id = await run('i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo oops >&2');
  });

  it('has every line, in order, with its stream', async () => {
    const messages = await logs(id);
    expect(texts(messages, 'stdout')).toEqual(Array.from({ length: 2000 }, (_, at) => `line ${at}`));
    expect(texts(messages, 'stderr')).toEqual(['oops']);
  });

  it('carries times with nanoseconds that never go back, and none when none are wanted', async () => {
    const stamps = times(await logs(id));
    expect(stamps[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(stamps).toEqual([...stamps].sort());
    expect(times(await logs(id, { timestamps: false, tail: 1 }))).toEqual(['']);
  });

  it.each([0, 1, 10, 1999])('gives the last %i lines', async (tail) => {
    const all = texts(await logs(id));
    expect(texts(await logs(id, { tail }))).toEqual(tail === 0 ? [] : all.slice(-tail));
  });

  it('gives the lines since and until an instant', async () => {
    const ended = await run('echo one; sleep 0.05; echo two; sleep 0.05; echo three');
    const middle = times(await logs(ended))[1];
    expect(texts(await logs(ended, { since: middle ?? '' }))).toEqual(['two', 'three']);
    expect(texts(await logs(ended, { until: middle ?? '' }))).toEqual(['one', 'two']);
  });

  it('can be searched for text and for regular expressions, among the lines that the query chooses', async () => {
    expect(texts(await logs(id, { search: 'line 199' }))).toEqual([
      'line 199',
      ...Array.from({ length: 10 }, (_, at) => `line ${1990 + at}`),
    ]);
    expect(texts(await logs(id, { search: '^LINE 1[29]..$|O{2}PS', regex: true, ignoreCase: true }))).toHaveLength(201);
    expect(texts(await logs(id, { search: 'line 1', tail: 10 }))).toHaveLength(9);
    expect(texts(await logs(id, { search: 'nowhere', follow: true }))).toEqual([]);
  });

  it('refuses a search that is none, before the first line', async () => {
    await expectFailure(logs(id, { search: 'a(', regex: true }), 'invalid_input');
    await expectFailure(logs(id, { search: '(a{100}){10}b', regex: true }), 'invalid_input');
  });

  it('followed, ends with the exit code', async () => {
    const messages = await logs(id, { follow: true, tail: 1 });
    expect(messages.at(-1)).toMatchObject({ type: 'end', exitCode: 0 });
  });
});

describe('a line', () => {
  it('without its end is delivered when the container ends', async () => {
    expect(texts(await logs(await run('printf unfinished')))).toEqual(['unfinished']);
  });

  it('longer than 64 KiB comes in parts that make it whole', async () => {
    const id = await run("head -c 200000 /dev/zero | tr '\\0' x; echo");
    const lines = (await logs(id)).filter((message) => message.type === 'line');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map(({ partial }) => partial)).toEqual([...lines.slice(1).map(() => true), false]);
    expect(lines.map(({ text }) => text).join('')).toBe('x'.repeat(200_000));
  });

  it('of a terminal has one stream, without the carriage return at its end', async () => {
    const messages = await logs(await run('echo out; echo err >&2', true));
    expect(texts(messages, 'stdout').map((text) => text.replace(/\r$/, ''))).toEqual(['out', 'err']);
  });

  it('with bytes that are no text does not end the stream', async () => {
    const messages = await logs(await run("printf '\\377\\376 bytes\\n'; echo after"));
    expect(texts(messages).at(-1)).toBe('after');
  });
});

describe('following', () => {
  it('shows a line while the container runs, then the end', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'echo first; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo second; exit 4'],
      start: true,
    });
    const seen: string[] = [];
    for await (const message of suite.api.containers.logs(id, { follow: true })) {
      if (message.type === 'line') seen.push(message.text);
      if (message.type === 'line' && message.text === 'first') await suite.api.containers.exec(id, { command: ['touch', '/tmp/go'] });
      if (message.type === 'end') seen.push(`end ${message.exitCode}`);
    }
    expect(seen).toEqual(['first', 'second', 'end 4']);
  });

  it('loses nothing of a fast writer', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['seq', '1', '100000'] });
    await suite.api.containers.start(id);
    const messages = await logs(id, { follow: true });
    expect(messages.filter(({ type }) => type === 'gap')).toEqual([]);
    expect(texts(messages)).toHaveLength(100_000);
    expect(texts(messages).at(-1)).toBe('100000');
  });

  it('of a container that was never started begins with its start', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['echo', 'hello'] });
    expect(texts(await logs(id))).toEqual([]);
  });
});
