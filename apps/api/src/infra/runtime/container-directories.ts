import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, writeEntries } from '@keelson/runtime-native';
import type { Container } from '../../domain/containers/container.js';
import type { NameFiles } from '../../domain/networks/networks.ports.js';
import { isErrno } from '../../errno.js';
import { exists } from '../files/durable.js';
import { removeTree } from '../files/remove-tree.js';
import { type ContainerPaths, containerPaths } from './container-paths.js';
import type { LaunchFile } from './spec/build-launch.js';
import type { OciSpec } from './spec/oci.js';

const REMOVING = '.removing';
/** A supervisor renames its run directory to this, with its own pid, before it tells of the end: a new run may begin then. */
const RETIRED = /\.(\d+)$/;

/** The files of containers below state root and run root. */
export class ContainerDirectories {
  constructor(private readonly base: { readonly root: string; readonly run: string }) {}

  paths(id: string): ContainerPaths {
    return containerPaths(this.base, id);
  }

  /** Where containers lie; every user of the host passes through, none can list. */
  async prepare(): Promise<void> {
    await mkdir(join(this.base.root, 'containers'), { recursive: true, mode: 0o711 });
    await mkdir(join(this.base.run, 'c'), { recursive: true, mode: 0o711 });
  }

  /** Only the container's root reaches what lies in `upper`; everything else is ours. */
  async create({ id, uidBase, config }: Container): Promise<void> {
    const paths = this.paths(id);
    const own: Entry[] = [
      // Its mode is that of the container's "/".
      { path: paths.upper, mode: 0o755, owner: uidBase },
      { path: paths.work, mode: 0o700, owner: uidBase },
    ];
    await writeEntries([
      { path: paths.home, mode: 0o700 },
      ...(config.rootfsBackend === 'image-file' ? [] : own),
      { path: paths.logs, mode: 0o700 },
    ]);
  }

  /** The bundle of one run: what an earlier run left of its end is gone before a new one can begin. */
  async writeBundle(container: Container, bundle: { config: OciSpec; launch: LaunchFile; names: NameFiles }): Promise<void> {
    const paths = this.paths(container.id);
    await rm(paths.exitFile, { force: true });
    await writeEntries([
      { path: join(paths.home, 'config.json'), mode: 0o600, text: JSON.stringify(bundle.config) },
      { path: join(paths.home, 'launch.json'), mode: 0o600, text: JSON.stringify(bundle.launch) },
      nameFile(paths.resolvConf, bundle.names.resolvConf, container.uidBase),
      nameFile(paths.hosts, bundle.names.hosts, container.uidBase),
      nameFile(paths.hostname, `${container.config.hostname}\n`, container.uidBase),
    ]);
  }

  async hasHome(id: string): Promise<boolean> {
    return exists(this.paths(id).home);
  }

  async hasRunDirectory(id: string): Promise<boolean> {
    return exists(this.paths(id).run);
  }

  async removeRunDirectory(id: string): Promise<void> {
    await removeTree(this.paths(id).run);
    await this.removeRetired(`${id}.`);
  }

  /** Renamed first: whatever interrupts the removal, the rest is recognised as one. */
  async remove(id: string): Promise<void> {
    const { home } = this.paths(id);
    const going = home + REMOVING;
    // Of an interrupted removal there may be one already; a directory cannot be renamed over it.
    await removeTree(going);
    if (await exists(home)) await rename(home, going);
    await removeTree(going);
  }

  /** Ids of which something is on disk, half-removed ones included. */
  async ids(): Promise<Set<string>> {
    const [homes, runs] = await Promise.all([names(join(this.base.root, 'containers')), names(join(this.base.run, 'c'))]);
    const removing = homes.map((name) => (name.endsWith(REMOVING) ? name.slice(0, -REMOVING.length) : name));
    return new Set([...removing, ...runs.filter((name) => !RETIRED.test(name))]);
  }

  /** Run directories that a supervisor had set aside when it was killed; those of one container, where told its id and a dot. */
  async removeRetired(beginning = ''): Promise<void> {
    const runs = join(this.base.run, 'c');
    for (const name of await names(runs)) {
      if (!name.startsWith(beginning)) continue;
      const pid = RETIRED.exec(name)?.[1];
      if (pid && !(await exists(`/proc/${pid}`))) await removeTree(join(runs, name));
    }
  }
}

/** As Docker has them: files that the container's own root may change until its next start. */
function nameFile(path: string, text: string, owner: number): Entry {
  return { path, mode: 0o644, owner, text };
}

async function names(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
}
