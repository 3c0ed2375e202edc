import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import type { Sample } from '../../domain/metrics/metrics.js';
import { type ArchiveStep, MetricsArchive } from '../../domain/metrics/metrics.ports.js';
import { ROW_WIDTH, readRow, writeRow } from '../../domain/metrics/sample-row.js';
import { containerPaths } from '../runtime/container-paths.js';

const ROW_BYTES = ROW_WIDTH * 8;
const SLOTS: Readonly<Record<ArchiveStep, number>> = { 10: 2160, 60: 10_080 };

/**
 * One file a container and step, 0.4 and 2 MB long at most. The place of a sample follows from its time, so there is nothing to keep in
 * order: a slot holds the sample of its time, or of one that is too old, or zeros. The width of a row is part of the name: what an older version wrote is
 * left alone.
 */
@Injectable()
export class FileMetricsArchive extends MetricsArchive {
  constructor(private readonly config: Config) {
    super();
  }

  async write(containerId: string, step: ArchiveStep, sample: Sample): Promise<void> {
    const row = new Float64Array(ROW_WIDTH);
    writeRow(row, sample);
    const file = await this.open(containerId, step, 'r+');
    // Removed a moment ago, with everything that was its own.
    if (!file) return;
    try {
      await file.write(bytesOf(row), 0, ROW_BYTES, slotOf(sample.time, step) * ROW_BYTES);
    } finally {
      await file.close();
    }
  }

  async read(containerId: string, step: ArchiveStep, from: Date, to: Date): Promise<Sample[]> {
    const file = await this.open(containerId, step, 'r');
    if (!file) return [];
    const rows = new Float64Array(SLOTS[step] * ROW_WIDTH);
    try {
      await file.read(bytesOf(rows), 0, rows.byteLength, 0);
    } finally {
      await file.close();
    }
    const oldest = Math.max(from.getTime(), Date.now() - SLOTS[step] * step * 1000);
    const samples: Sample[] = [];
    for (let slot = 0; slot < SLOTS[step]; slot++) {
      const time = rows[slot * ROW_WIDTH] ?? 0;
      if (time >= oldest && time <= to.getTime()) samples.push(readRow(rows.subarray(slot * ROW_WIDTH, (slot + 1) * ROW_WIDTH)));
    }
    return samples.sort((a, b) => a.time.getTime() - b.time.getTime());
  }

  private async open(containerId: string, step: ArchiveStep, flags: 'r' | 'r+'): Promise<FileHandle | undefined> {
    const path = join(containerPaths(this.config, containerId).home, `metrics-${step}s.${ROW_WIDTH}`);
    try {
      return await open(path, flags);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return flags === 'r' ? undefined : await create(path);
    }
  }
}

async function create(path: string): Promise<FileHandle | undefined> {
  return open(path, 'w+', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

const slotOf = (time: Date, step: ArchiveStep) => Math.floor(time.getTime() / 1000 / step) % SLOTS[step];
const bytesOf = (row: Float64Array) => Buffer.from(row.buffer, row.byteOffset, row.byteLength);
