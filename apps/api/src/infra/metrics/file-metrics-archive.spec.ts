import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Config } from '../../config/config.js';
import { rawSample } from '../../testing/raw-sample.js';
import { containerPaths } from '../runtime/container-paths.js';
import { FileMetricsArchive } from './file-metrics-archive.js';

const ID = 'a'.repeat(64);
const HOUR = 3_600_000;
let root: string;
let home: string;
let archive: FileMetricsArchive;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keelson-archive-'));
  const config = { root, run: root } as Config;
  home = containerPaths(config, ID).home;
  await mkdir(home, { recursive: true });
  archive = new FileMetricsArchive(config);
});
afterEach(() => rm(root, { recursive: true }));

const sample = (time: number, cpuUsageNs = 1) => ({
  ...rawSample({ cpuUsageNs, memorySwapBytes: null }),
  time: new Date(time),
  cpuCores: 0.5,
});

it('gives back what was written, within the range, oldest first, also to another server', async () => {
  const start = Date.now() - HOUR;
  for (let at = 0; at < 30; at++) await archive.write(ID, 10, sample(start + at * 10_000, at));
  const other = new FileMetricsArchive({ root, run: root } as Config);
  const all = await other.read(ID, 10, new Date(0), new Date());
  expect(all.map(({ cpuUsageNs }) => cpuUsageNs)).toEqual(Array.from({ length: 30 }, (_, at) => at));
  expect(all[0]).toEqual(sample(start, 0));
  expect(await other.read(ID, 10, new Date(start + 50_000), new Date(start + 70_000))).toHaveLength(3);
  expect(await other.read(ID, 60, new Date(0), new Date())).toEqual([]);
});

it('never shows what is too old, and never takes more room than its slots', async () => {
  const now = Date.now();
  await archive.write(ID, 10, sample(now - 7 * HOUR));
  await archive.write(ID, 10, sample(now));
  expect(await archive.read(ID, 10, new Date(0), new Date(now))).toHaveLength(1);
  for (let at = 0; at < 2200; at++) await archive.write(ID, 10, sample(now + at * 10_000));
  const [name = ''] = await readdir(home);
  expect((await stat(join(home, name))).size).toBeLessThan(2160 * 200);
});

it('of a container that is gone is not made again', async () => {
  await rm(home, { recursive: true });
  await archive.write(ID, 60, sample(Date.now()));
  expect(await archive.read(ID, 60, new Date(0), new Date())).toEqual([]);
});
