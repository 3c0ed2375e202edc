import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ZstdPart } from './zstd-part.js';

const NAME = /^(\d{6,15})\.log(?:\.zst)?$/;

/** One part of a log, open for reading; it stays readable when the writer removes it. */
export interface LogPart {
  readonly number: number;
  /** Fewer bytes than fit are the end for now. */
  readonly endsShort: boolean;
  /** Bytes of the log at `position`; 0 at the end. */
  read(buffer: Buffer, position: number): Promise<number>;
  size(): Promise<number>;
  /** False once the part was removed, or replaced by its compressed form. */
  isLinked(): Promise<boolean>;
  close(): Promise<void>;
}

export const partName = (number: number) => String(number).padStart(6, '0');

/** Numbers of the parts there are, the oldest first. A log that does not exist yet has none. */
export async function listParts(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const numbers = new Set(names.flatMap((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN)).filter((number) => number > 0));
  return [...numbers].sort((a, b) => a - b);
}

/** Undefined for a part that is not there (any more). */
export async function openPart(directory: string, number: number): Promise<LogPart | undefined> {
  const path = join(directory, `${partName(number)}.log`);
  const plain = await openIfThere(path);
  if (plain) return new PlainPart(number, plain);
  // It is there before the plain one goes, so one of the two looks finds the part.
  const compressed = await openIfThere(`${path}.zst`);
  return compressed && ZstdPart.open(number, compressed);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

class PlainPart implements LogPart {
  readonly endsShort = true;

  constructor(
    readonly number: number,
    private readonly file: FileHandle,
  ) {}

  async read(buffer: Buffer, position: number): Promise<number> {
    const { bytesRead } = await this.file.read(buffer, 0, buffer.length, position);
    return bytesRead;
  }

  async size(): Promise<number> {
    return (await this.file.stat()).size;
  }

  async isLinked(): Promise<boolean> {
    return (await this.file.stat()).nlink > 0;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
