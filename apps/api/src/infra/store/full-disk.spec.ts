import { execFileSync } from 'node:child_process';
import { statfsSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerEvent } from '../../domain/containers/container-events.js';
import { containerRecord } from '../../testing/container-record.js';
import { Database } from './database.js';
import { PrismaContainerStore } from './prisma-container-store.js';

describe.skipIf(process.getuid?.() !== 0)('the store on a disk that is full', () => {
  let disk: string;
  let database: Database;
  let store: PrismaContainerStore;

  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'keelson-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', disk]);
    await open();
  });
  afterEach(async () => {
    await database.close();
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  async function open(): Promise<void> {
    database = await Database.open(`file:${join(disk, 'k.db')}`);
    store = new PrismaContainerStore(database);
  }

  /** To the last byte, less `room`. */
  function fill(room = 0): void {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - room));
    expect(statfsSync(disk).bavail * bsize).toBe(room);
  }

  /** A container's life: three changes with an event each. */
  async function live(number: number): Promise<void> {
    const box = containerRecord({ id: number.toString(16).padStart(64, '0'), name: `box${number}` });
    await store.insert(box, containerEvent(box, 'container.create', 'admin'));
    await store.update({ ...box, wanted: true }, [containerEvent(box, 'container.start', 'admin')]);
    await store.remove(box, containerEvent(box, 'container.remove', 'admin'));
  }

  it('goes on taking changes', async () => {
    await live(1);
    fill();
    for (let number = 2; number < 300; number++) await live(number);
    expect(await store.all()).toEqual([]);
  });

  it('takes the same space after a restart, and no more', async () => {
    await live(1);
    const before = statSync(join(disk, 'k.db')).size;
    await database.close();
    await open();
    expect(statSync(join(disk, 'k.db')).size).toBe(before);
    fill();
    for (let number = 2; number < 300; number++) await live(number);
  });

  it('is opened where there is no room to take', async () => {
    await live(1);
    await database.close();
    // For the journal's index and one change.
    fill(256 * 1024);
    await open();
    await live(2);
    expect(await store.all()).toEqual([]);
  });

  it('says in a sentence that it cannot be opened without any room', async () => {
    await database.close();
    fill();
    await expect(open()).rejects.toThrow(`no space left for the database ${join(disk, 'k.db')}; free some and start again`);
    await rm(join(disk, 'filler'));
    await open();
  });
});
