import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateContainerInput, LogMessage } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { LINE_BYTES, steadyWriter, writerSummary } from '../support/flood.js';
import { ms } from '../support/measure.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
/** Bytes a second. */
const RATE = 10 * MIB;
const DOWN_SECONDS = rounds(5, 60);
/** A write that takes longer was held up; what a busy machine does to a process stays below. */
const HELD_UP_MS = 2000;

const suite = useSuite({ images: ['busybox', 'python'] });
const container = (command: string[], more: Partial<CreateContainerInput> = {}) =>
  suite.api.containers.create({ image: suite.image('busybox'), command, start: true, ...more });

/** What a writer says of itself. */
async function summary(id: string): Promise<{ lines: number; longestMs: number }> {
  await suite.api.containers.wait(id);
  return writerSummary(await suite.api.output(id, 'stderr'));
}

/** As both writers write them. */
const NUMBERED = /^\d{10}( \.*)?$/;

/** Numbers that are missing or wrong where no gap was told just before. */
async function untold(messages: AsyncIterable<LogMessage>): Promise<{ seen: number; missing: number; told: number; last: number }> {
  const result = { seen: 0, missing: 0, told: 0, last: -1 };
  let gap = false;
  for await (const message of messages) {
    if (message.type === 'gap') gap = true;
    // A line of which a gap took the rest is one that is missing.
    if (message.type !== 'line' || message.stream !== 'stdout' || !NUMBERED.test(message.text)) continue;
    const number = Number.parseInt(message.text, 10) % 1_000_000_000;
    const skipped = number - result.last - 1;
    if (skipped !== 0 && gap) result.told += skipped;
    else result.missing += Math.abs(skipped);
    gap = false;
    result.seen++;
    result.last = number;
  }
  return result;
}

describe('the log of a container', () => {
  it(`has every line of ${DOWN_SECONDS} s at 10 MiB/s without a server, and no write of the container waited`, async () => {
    const log = { maxBytes: 64 * MIB, maxFiles: 100 };
    const { id } = await container(steadyWriter(RATE, DOWN_SECONDS + 2), { image: suite.image('python'), log });
    await until(
      () => suite.api.containers.stats(id),
      ({ current }) => current !== null,
    );
    await suite.server.kill9();
    await new Promise((resolve) => setTimeout(resolve, DOWN_SECONDS * 1000));
    await suite.startServer();
    const { lines, longestMs } = await summary(id);
    const { seen, missing } = await untold(suite.api.containers.logs(id, { timestamps: false }));
    const lost = missing + lines - seen;
    const held = longestMs > HELD_UP_MS ? 1 : 0;
    await score({ row: 8, ours: `${lost} of ${lines} lines, ${held} (longest write ${ms(longestMs)})`, met: lost === 0 && held === 0 });
    expect({ lost, held }).toEqual({ lost: 0, held: 0 });
    expect(lines).toBeGreaterThan((RATE / LINE_BYTES) * DOWN_SECONDS * 0.5);
    await suite.api.containers.remove(id, { force: true });
  }, 300_000);

  it('that is rotated under a flood tells its followers what they could not have', async () => {
    let missing = 0;
    let told = 0;
    let lines = 0;
    for (let round = 0; round < rounds(2, 20); round++) {
      const flood = rounds(200_000, 2_000_000);
      const { id } = await container(['sh', '-c', `usleep 300000; seq -w 1000000000 ${1_000_000_000 + flood - 1}`], {
        log: { maxBytes: 128 * 1024, maxFiles: 3 },
      });
      const followed = await untold(suite.api.containers.logs(id, { follow: true, timestamps: false }));
      missing += followed.missing + (flood - 1 - followed.last);
      told += followed.told;
      lines += flood;
      await suite.api.containers.remove(id, { force: true });
    }
    await score({ row: 9, ours: `${missing} of ${lines} (${told} told as gaps)`, met: missing === 0 });
    expect(missing).toBe(0);
  }, 600_000);

  it('with damage in the middle and at the end has all other records, and says where some are missing', async () => {
    const { id } = await container([
      'sh',
      '-c',
      'i=0; while [ $i -lt 400 ]; do echo $i; i=$((i+1)); usleep 1000; done; printf "nul\\0 and \\377 stay\\n"',
    ]);
    await suite.api.containers.wait(id);
    const whole = await suite.api.output(id);
    expect(whole).toContain('nul\0 and \ufffd stay\n');
    const directory = join(suite.instance.root, 'containers', id, 'logs');
    const [part = ''] = (await readdir(directory)).filter((name) => name.endsWith('.log'));
    const file = await open(join(directory, part), 'r+');
    const { size } = await file.stat();
    // As after a power cut: a piece that never reached the disk, and half a record at the end.
    const hole = { at: Math.floor(size / 2), bytes: 100 };
    await file.write(Buffer.alloc(hole.bytes), 0, hole.bytes, hole.at);
    await file.truncate(size - 5);
    await file.close();

    const messages: LogMessage[] = [];
    for await (const message of suite.api.containers.logs(id)) messages.push(message);
    const numbers = messages.flatMap((message) => (message.type === 'line' && /^\d+$/.test(message.text) ? [Number(message.text)] : []));
    const gaps = messages.filter(({ type }) => type === 'gap');
    // A record of this writer has 18 to 20 bytes; the hole touches two more than fit.
    const touched = Math.ceil(hole.bytes / 18) + 2;
    const missing = 400 - numbers.length;
    await score({
      row: 10,
      ours: `${Math.max(0, missing - touched)} of 401 beside the ${missing} touched, ${gaps.length} markers`,
      met: missing <= touched && gaps.length >= 1,
    });
    expect(missing).toBeLessThanOrEqual(touched);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(gaps).toContainEqual(expect.objectContaining({ reason: 'torn' }));
    expect(messages.at(-1)).toMatchObject({ type: 'end', exitCode: 0 });
    // A container that goes on with such a log writes behind what is left.
    await suite.api.containers.start(id);
    await suite.api.containers.wait(id);
    expect((await suite.api.output(id)).endsWith('399\nnul\0 and \ufffd stay\n')).toBe(true);
  });
});
