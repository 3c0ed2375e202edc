import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signal } from '../../lib/index.js';
import { type LogEntry, readLog } from '../../lib/log/read-log.js';
import { Workshop } from '../support/bundle.js';
import { startContainer } from '../support/containers.js';

let workshop: Workshop;
let disk: string;
let container: Awaited<ReturnType<typeof startContainer>> | undefined;
beforeAll(() => {
  workshop = new Workshop();
  disk = join(workshop.root, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
});
afterAll(async () => {
  await container?.end();
  // Its supervisor may be about to leave, with the log still open.
  execFileSync('umount', ['--lazy', disk]);
  await workshop.close();
});

async function entries(directory: string): Promise<LogEntry[]> {
  const all = [];
  for await (const entry of readLog(directory)) all.push(entry);
  return all;
}

describe('a log on a disk that is full', () => {
  it('costs lines, which are told to the byte, and never the container', { timeout: 30_000 }, async () => {
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1024 * 1024));
    const script =
      'trap go=1 USR1; echo before; yes 123456789 | head -c 3000000; touch /full; while [ -z "$go" ]; do sleep 0.02; done; echo after';
    const bundle = workshop.bundle(['sh', '-c', script], (_config, launch) => {
      launch.log = { dir: join(disk, 'logs') };
    });
    container = await startContainer(bundle);
    await expect.poll(() => existsSync(join(bundle.launch.rootfs.upper, 'full')), { timeout: 15_000 }).toBe(true);
    rmSync(ballast);
    await signal(container.control, 10);
    await container.exit;

    const read = await entries(join(disk, 'logs'));
    const lines = read.filter((entry) => entry.type === 'line');
    const gaps = read.filter((entry) => entry.type === 'gap');
    expect(lines[0]?.text.toString()).toBe('before');
    expect(lines.at(-1)?.text.toString()).toBe('after');
    expect(gaps.map(({ reason }) => reason)).toEqual(gaps.map(() => 'disk_full'));
    expect(gaps.length).toBeGreaterThan(0);
    const kept = lines.reduce((sum, { text, partial }) => sum + text.length + (partial ? 0 : 1), 0);
    expect(kept + gaps.reduce((sum, { bytes }) => sum + bytes, 0)).toBe('before\n'.length + 3_000_000 + 'after\n'.length);
  });
});
