import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptGet } from './apt.js';
import { openLoopDevice } from './loop-device.js';

const run = promisify(execFile);

/** A filesystem of our own. */
export interface Filesystem {
  readonly path: string;
  close(): Promise<void>;
}

const RECIPES = {
  ext4: {
    bytes: 512 * 1024 ** 2,
    make: ['mkfs.ext4', '-q', '-O', 'quota,project', '-E', 'quotatype=prjquota'],
    modules: ['quota_v2', 'ext4'],
  },
  // Less is refused by newer versions of mkfs.xfs.
  xfs: { bytes: 512 * 1024 ** 2, make: ['mkfs.xfs', '-q'], modules: ['xfs'] },
} as const;

/** Mounted with prjquota; a sentence where this kernel or machine cannot. */
export async function mountWithProjectQuotas(type: keyof typeof RECIPES): Promise<Filesystem | string> {
  const { bytes, modules } = RECIPES[type];
  const [tool, ...options] = RECIPES[type].make;
  for (const module of modules) await run('modprobe', [module]).catch(() => undefined);
  if (type === 'xfs' && !(await hasTool(tool))) await aptGet(['install', '-y', '--no-install-recommends', 'xfsprogs'], { cwd: '/' });
  const device = await openLoopDevice(bytes);
  const path = await mkdtemp(join(tmpdir(), 'kq-'));
  try {
    await run(tool, [...options, device.path]);
    await run('mount', ['-t', type, '-o', 'prjquota', device.path, path]);
  } catch {
    await rmdir(path);
    await device.close();
    return `this kernel has no project quotas in ${type}`;
  }
  const close = async () => {
    await run('umount', [path]);
    await rmdir(path);
    await device.close();
  };
  return { path, close };
}

async function hasTool(tool: string): Promise<boolean> {
  return run(tool, ['-V']).then(
    () => true,
    () => false,
  );
}
