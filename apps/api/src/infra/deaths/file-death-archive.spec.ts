import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../config/config.js';
import type { Death } from '../../domain/containers/deaths/death.js';
import { FileDeathArchive } from './file-death-archive.js';

const ID = 'a'.repeat(64);
const TIME = new Date('2026-01-01T12:00:00.123Z');
let root: string;
let archive: FileDeathArchive;
const file = () => join(root, 'containers', ID, 'deaths.ndjson');

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'deaths-'));
  await mkdir(join(root, 'containers', ID), { recursive: true });
  archive = new FileDeathArchive({ root, run: root } as Config);
});
afterEach(() => rm(root, { recursive: true }));

const death = (number: number): Death => ({
  number,
  cause: 'oom',
  sentence: `death ${number}`,
  exitCode: 137,
  signal: 9,
  coreDumped: false,
  sender: { kind: 'kernel', certain: true },
  request: { verb: 'stop', actor: 'anna', time: TIME, signal: 15, timeoutMs: 1 },
  oom: { kills: 1, victim: { command: 'x', pid: 7, pidInside: 1, time: TIME } },
  usage: null,
  startedAt: TIME,
  finishedAt: TIME,
  restartCount: 0,
  willRestart: false,
  health: { status: 'healthy', failingStreak: 0, probes: [{ startedAt: TIME, finishedAt: TIME, exitCode: 0, output: '' }] },
  log: [{ stream: 'stderr', nanoseconds: 1_767_268_800_123_456_789n, text: '2026-01-01T12:00:00Z said' }],
  error: null,
});

describe('the archive of deaths', () => {
  it('gives back what it was given, instants and nanoseconds included', async () => {
    await archive.append(ID, death(1));
    expect(await archive.read(ID)).toEqual([death(1)]);
  });

  it('has none of a container that never died or is gone', async () => {
    expect(await archive.read(ID)).toEqual([]);
    await rm(join(root, 'containers', ID), { recursive: true });
    await archive.append(ID, death(1));
    expect(await archive.read(ID)).toEqual([]);
  });

  it('keeps the last ten, and its file stays small however often a container dies', async () => {
    for (let number = 1; number <= 75; number++) await archive.append(ID, death(number));
    expect((await archive.read(ID)).map(({ number }) => number)).toEqual([66, 67, 68, 69, 70, 71, 72, 73, 74, 75]);
    expect((await readFile(file(), 'utf8')).split('\n').length).toBeLessThanOrEqual(31);
  });

  it('passes over a line that a crash has torn', async () => {
    await archive.append(ID, death(1));
    await appendFile(file(), '{"number":2,"cau');
    expect(await archive.read(ID)).toEqual([death(1)]);
    await archive.append(ID, death(3));
    await archive.append(ID, death(4));
    expect((await archive.read(ID)).map(({ number }) => number)).toEqual([1, 4]);
  });
});
