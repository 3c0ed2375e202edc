import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogMessage } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { collect, texts } from '../support/api.js';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
const create = (log: { maxBytes: number; maxFiles: number }, script: string) =>
  suite.api.containers.create({ image: suite.image('busybox'), command: ['sh', '-c', script], log });
const logs = (id: string, query: Record<string, string | number | boolean> = {}) => collect(suite.api.containers.logs(id, query));

/**
 * What a reader of ascending numbers got. Whole lines without a gap between them follow each other; the line at a gap may be cut. Every line
 * break is either that of a line it was shown or was told as missing.
 */
function account(messages: readonly LogMessage[]) {
  const got = { last: 0, lines: 0, told: 0, gaps: 0 };
  let afterGap = false;
  for (const message of messages) {
    if (message.type === 'gap') {
      expect(message).toMatchObject({ reason: 'rotated', bytes: expect.any(Number), lines: expect.any(Number) });
      got.gaps++;
      got.told += message.lines ?? 0;
    }
    if (message.type === 'line' && !message.partial) {
      const number = Number.parseInt(message.text, 10);
      if (!afterGap && number !== got.last + 1) throw new Error(`${number} follows ${got.last}, and nothing was told as missing`);
      got.lines++;
      got.last = number;
    }
    afterGap = message.type === 'gap' || (afterGap && message.type === 'line' && message.partial);
  }
  return got;
}

describe('a log with caps', () => {
  it('shows a follower of 50 MB, written as fast as can be, every line or how many it missed', async () => {
    const { id } = await create(
      { maxBytes: 4 * MIB, maxFiles: 3 },
      `exec awk 'BEGIN { for (i = 1; i <= 500000; i++) printf "%d %092d\\n", i, 0 }'`,
    );
    const following = logs(id, { follow: true, timestamps: false });
    await suite.api.containers.start(id);
    const { last, lines, told } = account(await following);
    expect(last).toBe(500_000);
    expect(lines + told).toBe(500_000);
  });

  it('shows a follower that keeps up every line over many parts', async () => {
    const step = 'seq $((i*4000+1)) $((i*4000+4000)); until [ -e /tmp/$i ]; do sleep 0.02; done; i=$((i+1))';
    const { id } = await create({ maxBytes: 131_072, maxFiles: 2 }, `i=0; while [ $i -lt 20 ]; do ${step}; done`);
    await suite.api.containers.start(id);
    const seen: LogMessage[] = [];
    for await (const message of suite.api.containers.logs(id, { follow: true })) {
      seen.push(message);
      const number = message.type === 'line' ? Number(message.text) : 0;
      if (number > 0 && number % 4000 === 0) {
        await suite.api.containers.exec(id, { command: ['touch', `/tmp/${number / 4000 - 1}`] });
      }
    }
    expect(account(seen)).toEqual({ last: 80_000, lines: 80_000, told: 0, gaps: 0 });
  });

  it('never takes more of the disk than it may, and keeps the newest', async () => {
    const { id } = await create({ maxBytes: MIB, maxFiles: 2 }, 'exec seq 1 2000000');
    await suite.api.containers.start(id);
    await suite.api.containers.wait(id);
    const directory = join(suite.instance.root, 'containers', id, 'logs');
    const names = (await readdir(directory)).filter((name) => name.includes('.log'));
    expect(names).toHaveLength(2);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MIB);

    const all = texts(await logs(id)).map(Number);
    expect(all.at(-1)).toBe(2_000_000);
    expect(all).toEqual(Array.from({ length: all.length }, (_, at) => 2_000_000 - all.length + 1 + at));
    expect(texts(await logs(id, { tail: all.length - 5 })).map(Number)).toEqual(all.slice(5));
  });

  it('goes on over restarts of the container', async () => {
    const { id } = await create({ maxBytes: 131_072, maxFiles: 3 }, 'exec seq 1 9000');
    for (const run of [1, 2, 3]) {
      await suite.api.containers.start(id);
      await suite.api.containers.wait(id);
      expect(texts(await logs(id, { tail: 1 })), `run ${run}`).toEqual(['9000']);
    }
    expect(texts(await logs(id, { tail: 9001 })).slice(0, 2)).toEqual(['9000', '1']);
  });

  it('is compressed where it is complete, and reads the same', { timeout: 30_000 }, async () => {
    const { id } = await create({ maxBytes: MIB, maxFiles: 4 }, 'exec seq 1 500000');
    await suite.api.containers.start(id);
    await suite.api.containers.wait(id);
    const before = texts(await logs(id));
    const directory = join(suite.instance.root, 'containers', id, 'logs');
    const parts = async () => (await readdir(directory)).filter((name) => name.includes('.log'));
    const names = await until(parts, (all) => all.filter((name) => name.endsWith('.zst')).length === all.length - 1, 20_000);
    expect(names.length).toBeGreaterThan(2);
    expect(texts(await logs(id))).toEqual(before);
    expect(texts(await logs(id, { tail: 400_000 }))).toEqual(before.slice(-400_000));
  });

  it('can be cleared while the container runs and when it has ended; a follower goes on', async () => {
    const { id } = await create({ maxBytes: MIB, maxFiles: 3 }, 'seq 1 5; until [ -e /tmp/go ]; do sleep 0.02; done; echo after');
    await suite.api.containers.start(id);
    const seen: string[] = [];
    for await (const message of suite.api.containers.logs(id, { follow: true })) {
      seen.push(message.type === 'line' ? message.text : message.type);
      if (seen.length !== 5) continue;
      await suite.api.containers.clearLogs(id);
      expect(await logs(id)).toEqual([]);
      await suite.api.containers.exec(id, { command: ['touch', '/tmp/go'] });
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5', 'after', 'end']);
    expect(texts(await logs(id)).slice(0, 1)).toEqual(['after']);
    await suite.api.containers.clearLogs(id);
    expect(texts(await logs(id))).toEqual([]);
    await suite.api.containers.start(id);
    await suite.api.containers.wait(id);
    expect(texts(await logs(id))).toEqual(['1', '2', '3', '4', '5', 'after']);
  });

  it('tells its caps, those of every log where none were asked for', async () => {
    const { id } = await create({ maxBytes: 3 * MIB, maxFiles: 4 }, 'true');
    expect((await suite.api.containers.inspect(id)).log).toEqual({ maxBytes: 3 * MIB, maxFiles: 4 });
    const other = await suite.api.containers.create({ image: suite.image('busybox') });
    expect(other.log).toEqual({ maxBytes: 16 * MIB, maxFiles: 5 });
  });

  it('is refused by name where a part could not hold one write', async () => {
    await expectFailure(create({ maxBytes: 1000, maxFiles: 4 }, 'true'), 'limit_invalid');
    await expectFailure(create({ maxBytes: MIB, maxFiles: 5000 }, 'true'), 'limit_invalid');
  });
});
