import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptGet } from './apt.js';
import { CACHE } from './paths.js';

const run = promisify(execFile);

/** A wall clock of one process that can be set while it runs. Its monotonic clocks go on as they are, as the kernel's do when somebody sets the time. */
export interface FakeClock {
  readonly env: Record<string, string>;
  /** Seconds beside the true time. */
  set(offset: number): Promise<void>;
  close(): Promise<void>;
}

export async function fakeClock(): Promise<FakeClock> {
  const library = await findLibrary();
  const directory = await mkdtemp(join(tmpdir(), 'k-clock-'));
  const file = join(directory, 'offset');
  const set = async (offset: number) => {
    await writeFile(`${file}.new`, `${offset < 0 ? '' : '+'}${offset}\n`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_RESET: '1',
  };
  return { env, set, close: () => rm(directory, { recursive: true, force: true }) };
}

/** Debian's libfaketime, unpacked in the checkout's cache: nothing is installed. */
async function findLibrary(): Promise<string> {
  const place = join(CACHE, 'libfaketime');
  const found = await libraryBelow(place);
  if (found) return found;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'download-'));
  await aptGet(['download', 'libfaketime'], { cwd: work });
  const [deb = ''] = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  await run('dpkg', ['-x', deb, 'libfaketime'], { cwd: work, timeout: 60_000 });
  // Two test files may do this at once: the one that comes second finds the name taken by an equal tree.
  await rename(join(work, 'libfaketime'), place).catch(() => undefined);
  await rm(work, { recursive: true, force: true });
  const unpacked = await libraryBelow(place);
  if (!unpacked) throw new Error(`libfaketime has no library below ${place}`);
  return unpacked;
}

async function libraryBelow(place: string): Promise<string | undefined> {
  const root = join(place, 'usr/lib');
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const library = names.find((name) => name.endsWith('faketime/libfaketime.so.1'));
  if (library === undefined) return undefined;
  await access(join(root, library));
  return join(root, library);
}
