import { close } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  claimProject,
  growImage,
  ImageError,
  imageToolsPresent,
  makeImage,
  openImage,
  projectOf,
  projectUsage,
  quotasEnforced,
  setProjectLimit,
  sweepProjects,
} from '@keelson/runtime-native';
import { Injectable } from '@nestjs/common';
import type { Container, ContainerConfig } from '../../domain/containers/container.js';
import { limitInvalid } from '../../domain/containers/limits/refuse-limit.js';
import type { RootfsRules } from '../../domain/containers/rootfs.js';
import { DomainError } from '../../domain/errors.js';
import { isErrno } from '../../errno.js';
import { exists } from '../files/durable.js';
import type { ContainerPaths } from './container-paths.js';
import { translateError } from './translate-error.js';

/** Of st_blocks, whatever the filesystem's own are (stat(2)). */
const STAT_BLOCK = 512;
/** overlayfs makes files of its own when it mounts, and comes up read-only without room for them; xfs wants room for the worst case. */
const HEADROOM = 1024 ** 2;
const TOO_LARGE = 'the filesystem of KEELSON_ROOT cannot hold a file of that size; lower rootfsSizeBytes';
const closeFd = promisify(close);

/**
 * The writable part of root filesystems and what bounds it: a project of the filesystem that holds KEELSON_ROOT, where that keeps project
 * quotas, or an image file for each container that has a size. The filesystem alone knows which project a container has.
 */
@Injectable()
export class RootfsStorage {
  private containers = '';
  private kept: RootfsRules['keptBy'] = 'none';

  get keptBy(): RootfsRules['keptBy'] {
    return this.kept;
  }

  /** `containers`: where their directories lie. */
  async open(containers: string): Promise<void> {
    this.containers = containers;
    if (await quotasEnforced(containers)) this.kept = 'project-quota';
    else this.kept = (await imageToolsPresent()) ? 'image-file' : 'none';
    await this.sweep();
  }

  /** After the container's directories, before its record. */
  async create(container: Container, paths: ContainerPaths): Promise<void> {
    const { rootfsBackend, resources } = container.config;
    await this.told(container, async () => {
      if (rootfsBackend === 'project-quota') await this.limit(paths, resources.rootfsSizeBytes);
      if (rootfsBackend === 'image-file') await makeImage(paths.image, resources.rootfsSizeBytes ?? 0);
    });
  }

  /** Before each start, with some room for the mounts: what bounds it is in force, also after a restore from a backup or a change of mount options. */
  async prepare(container: Container, paths: ContainerPaths): Promise<void> {
    const { rootfsBackend, resources } = container.config;
    await this.told(container, async () => {
      if (rootfsBackend === 'image-file') await growImage(paths.image, resources.rootfsSizeBytes ?? 0);
      if (rootfsBackend !== 'project-quota') return;
      const bytes = resources.rootfsSizeBytes;
      if (await quotasEnforced(paths.upper)) return this.limit(paths, bytes === undefined ? bytes : bytes + HEADROOM);
      if (resources.rootfsSizeBytes !== undefined) throw notKept(container);
    });
  }

  /** Once it runs: the room that its mounts needed is not its own. */
  async settle({ config }: Container, paths: ContainerPaths): Promise<void> {
    const bytes = config.resources.rootfsSizeBytes;
    if (config.rootfsBackend === 'project-quota' && bytes !== undefined) await this.limit(paths, bytes);
  }

  /** Of a container that runs. Does nothing where it has no project. */
  async change(container: Container, { resources }: ContainerConfig, paths: ContainerPaths): Promise<void> {
    if (container.config.rootfsBackend !== 'project-quota') return;
    if (container.config.resources.rootfsSizeBytes === resources.rootfsSizeBytes) return;
    await this.told(container, () => this.limit(paths, resources.rootfsSizeBytes));
  }

  /** An image is asked for the blocks that it takes, its own tables included. */
  async usedBytes({ config }: Container, paths: ContainerPaths): Promise<number | null> {
    try {
      if (config.rootfsBackend === 'image-file') return (await stat(paths.image)).blocks * STAT_BLOCK;
      if (config.rootfsBackend !== 'project-quota') return null;
      const project = await projectOf(paths.upper);
      return project === 0 ? null : (await projectUsage(paths.upper, project)).bytes;
    } catch (error) {
      // Removed meanwhile, or counted no more.
      if (isErrno(error, 'ENOENT') || (error instanceof Error && error.name === 'RuntimeError')) return null;
      throw error;
    }
  }

  /** The tree of what a container that does not run has written, while `work` goes on. */
  async withUpper<T>(container: Container, paths: ContainerPaths, work: (upper: string) => Promise<T>): Promise<T> {
    if (container.config.rootfsBackend !== 'image-file') return work(paths.upper);
    const mount = await openImage(paths.image);
    try {
      return await work(`/proc/self/fd/${mount}/upper`);
    } finally {
      await closeFd(mount);
    }
  }

  /** Around the removal of these files: their project's limit goes with them, so that the id can be given again. */
  async release(upper: string, remove: () => Promise<void>): Promise<void> {
    const counted = this.kept === 'project-quota' && (await exists(upper));
    const project = counted ? await projectOf(upper) : 0;
    await remove();
    if (project !== 0) await setProjectLimit(this.containers, project, 0);
  }

  /** Limits that a crash has left without files. */
  async sweep(): Promise<void> {
    if (this.kept === 'project-quota') await sweepProjects(this.containers);
  }

  private async limit({ upper, work }: ContainerPaths, bytes = 0): Promise<void> {
    const project = (await projectOf(upper)) || (await claimProject([upper, work]));
    await setProjectLimit(upper, project, bytes);
  }

  private async told<T>(container: Container, work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
      if (error instanceof ImageError) throw imageError(container, error);
      if (isErrno(error, 'ENOENT')) throw imageGone(container, error);
      if (isErrno(error, 'EFBIG')) throw limitInvalid('rootfsSizeBytes', TOO_LARGE);
      throw translateError(error, { container: container.name, command: [] });
    });
  }
}

export function containersDirectory(root: string): string {
  return join(root, 'containers');
}

function notKept({ name }: Container): DomainError {
  return new DomainError(
    'runtime_failed',
    `container ${name} has a size that its filesystem does not keep any more; mount that of KEELSON_ROOT with prjquota again`,
    { stage: 'quota' },
  );
}

function imageGone({ name }: Container, cause: unknown): DomainError {
  return new DomainError(
    'runtime_failed',
    `the image file of container ${name} is gone; put it back from a backup, or make the container anew`,
    { stage: 'mount.image' },
    { cause },
  );
}

function imageError({ name }: Container, cause: ImageError): DomainError {
  const code = cause.diskFull ? 'storage_full' : cause.missing ? 'not_supported' : 'runtime_failed';
  return new DomainError(code, `the image of container ${name}: ${cause.message}`, { stage: 'mount.image' }, { cause });
}
