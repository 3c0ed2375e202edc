import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptGet } from './apt.js';
import { type LoopDevice, openLoopDevice } from './loop-device.js';

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

/** A small ext4 without quotas. */
export async function mountPlain(bytes: number): Promise<Filesystem> {
  const device = await openLoopDevice(bytes);
  await run('mkfs.ext4', ['-q', device.path]);
  return mounted(device, []);
}

/** Mounted with prjquota; a sentence where this kernel or machine cannot. */
export async function mountWithProjectQuotas(type: keyof typeof RECIPES): Promise<Filesystem | string> {
  const { bytes, modules } = RECIPES[type];
  const [tool, ...options] = RECIPES[type].make;
  for (const module of modules) await run('modprobe', [module]).catch(() => undefined);
  if (type === 'xfs' && !(await hasTool(tool))) await aptGet(['install', '-y', '--no-install-recommends', 'xfsprogs'], { cwd: '/' });
  const device = await openLoopDevice(bytes);
  try {
    await run(tool, [...options, device.path]);
    return await mounted(device, ['-t', type, '-o', 'prjquota']);
  } catch {
    await device.close();
    return `this kernel has no project quotas in ${type}`;
  }
}

async function mounted(device: LoopDevice, options: readonly string[]): Promise<Filesystem> {
  const path = await mkdtemp(join(tmpdir(), 'kq-'));
  try {
    await run('mount', [...options, device.path, path]);
  } catch (error) {
    await rmdir(path);
    throw error;
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
