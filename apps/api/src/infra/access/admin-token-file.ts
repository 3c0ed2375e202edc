import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { TokenFile } from '../../domain/access/access.ports.js';
import { isErrno } from '../../errno.js';
import { renameDurably, writeDurably } from '../files/durable.js';

/** More than any token and its line break. */
const MOST_BYTES = 256;

/** `$KEELSON_ROOT/admin-token`, for root alone. */
@Injectable()
export class AdminTokenFile extends TokenFile {
  private readonly path: string;

  constructor({ root }: Config) {
    super();
    this.path = join(root, 'admin-token');
  }

  /** A file that others may read, or that is none, holds no secret: it counts as absent. */
  async read(): Promise<string | null> {
    // Not blocking: a named pipe in this place would wait for a writer.
    const file = await open(this.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => {
      // ELOOP: a symbolic link, open(2) with O_NOFOLLOW.
      if (isErrno(error, 'ENOENT', 'ELOOP')) return null;
      throw error;
    });
    if (file === null) return null;
    try {
      const { mode, uid } = await file.stat();
      const isOurs = (mode & constants.S_IFMT) === constants.S_IFREG && (mode & 0o077) === 0 && uid === process.getuid?.();
      if (!isOurs) return null;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead).trim();
    } finally {
      await file.close();
    }
  }

  async write(token: string): Promise<void> {
    const fresh = `${this.path}.new`;
    await rm(fresh, { force: true });
    await writeDurably(fresh, `${token}\n`);
    await renameDurably(fresh, this.path);
  }
}
